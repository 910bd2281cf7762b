using System.Globalization;
using Paddlewheel.Engine.Timing;

namespace Paddlewheel.Perf.Micro;

/// <summary>
/// A wheel filled and emptied, with 1,000 to a million timers on it, in three orders: as they were scheduled (leases, deadlines:
/// what the worker does), at random over all of memory (the worst there is), and by time. Nanoseconds per timer, the least of some
/// rounds; for people to read, no gate.
/// </summary>
internal static class WheelFigures
{
    private const int Rounds = 5;

    public static int Run(TimeProvider time, Random random)
    {
        Console.WriteLine("| timers | schedule | cancel, in order | schedule, at random | cancel, at random | advance, per timer fired | advance, nothing due | bytes |");
        Console.WriteLine("|---:|---:|---:|---:|---:|---:|---:|---:|");
        foreach (int timers in (int[])[1_000, 100_000, 1_000_000])
        {
            Measure(timers, time, random);
        }

        return 0;
    }

    private static void Measure(int timers, TimeProvider time, Random random)
    {
        HandClock clock = new();
        TimerWheel wheel = new(clock);
        Entry[] entries = [.. Enumerable.Range(0, timers).Select(_ => new Entry())];
        Entry[] shuffled = [.. entries];
        random.Shuffle(shuffled);

        // 1 s to 5 min: from a short backoff to a long lease.
        TimeSpan[] delays = [.. Enumerable.Range(0, timers).Select(_ => TimeSpan.FromMilliseconds(random.Next(1_000, 300_000)))];
        double[] least = [.. Enumerable.Repeat(double.MaxValue, 6)];
        long bytes = long.MaxValue;
        for (int round = 0; round < Rounds * Math.Max(1, 100_000 / timers); round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            double[] figures =
            [
                Time(time, timers, () => Schedule(wheel, entries, delays)),
                Time(time, timers, () => Cancel(wheel, entries)),
                Time(time, timers, () => Schedule(wheel, shuffled, delays)),
                Time(time, timers, () => Cancel(wheel, entries)),
                Fire(wheel, clock, entries, delays, time),
                Idle(wheel, clock, entries, delays, time),
            ];
            for (int i = 0; i < least.Length; i++)
            {
                least[i] = Math.Min(least[i], figures[i]);
            }

            // The closures and the array of figures are this method's own: some hundred bytes a round, whatever the number of timers.
            bytes = Math.Min(bytes, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        string row = string.Join(" | ", least.Select(figure => figure.ToString("F0", CultureInfo.InvariantCulture)));
        Console.WriteLine(FormattableString.Invariant($"| {timers:N0} | {row} | {(double)bytes / timers / 4:F3} |"));
    }

    private static void Schedule(TimerWheel wheel, Entry[] entries, TimeSpan[] delays)
    {
        for (int i = 0; i < entries.Length; i++)
        {
            wheel.Schedule(entries[i], delays[i]);
        }
    }

    private static void Cancel(TimerWheel wheel, Entry[] entries)
    {
        foreach (Entry entry in entries)
        {
            wheel.Cancel(entry);
        }
    }

    // All of them, in the order of time: every timer is moved down the levels and fired.
    private static double Fire(TimerWheel wheel, HandClock clock, Entry[] entries, TimeSpan[] delays, TimeProvider time)
    {
        Schedule(wheel, entries, delays);
        clock.Move(TimeSpan.FromMinutes(6));
        return Time(time, entries.Length, () =>
        {
            while (wheel.Advance(clock.GetTimestamp(), 1024) > 0)
            {
            }
        });
    }

    // A turn at which nothing is due costs the same however many timers wait: it looks at six bitmaps.
    private static double Idle(TimerWheel wheel, HandClock clock, Entry[] entries, TimeSpan[] delays, TimeProvider time)
    {
        const int Turns = 10_000;
        Schedule(wheel, entries, delays);
        double figure = Time(time, Turns, () =>
        {
            for (int turn = 0; turn < Turns; turn++)
            {
                clock.Move(TimeSpan.FromTicks(10));
                wheel.Advance(clock.GetTimestamp(), 1024);
            }
        });
        Cancel(wheel, entries);
        return figure;
    }

    private static double Time(TimeProvider time, int times, Action run)
    {
        long began = time.GetTimestamp();
        run();
        return time.GetElapsedTime(began).TotalNanoseconds / times;
    }

    private sealed class Entry : WheelEntry
    {
        protected internal override void OnDue()
        {
        }
    }

    private sealed class HandClock : TimeProvider
    {
        private long _now = 1_000_000;

        public override long TimestampFrequency => 1_000_000;

        public override long GetTimestamp() => _now;

        public void Move(TimeSpan time) => _now += time.Ticks / 10;
    }
}
