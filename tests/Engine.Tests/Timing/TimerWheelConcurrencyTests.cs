using Paddlewheel.Engine.Timing;
using Xunit;

namespace Paddlewheel.Engine.Tests.Timing;

public sealed class TimerWheelConcurrencyTests
{
    [Fact]
    public void ScheduleAndCancel_WhileAdvancing_EveryArmingEndsExactlyOnce()
    {
        const int Threads = 3;
        const int EntriesEach = 32;
        const int Rounds = 60_000;
        HandClock clock = new();
        TimerWheel wheel = new(clock);
        long[] armed = new long[Threads];
        long[] cancelled = new long[Threads];
        Probe[][] probes = [.. Enumerable.Range(0, Threads).Select(_ => Enumerable.Range(0, EntriesEach).Select(_ => new Probe()).ToArray())];
        int running = Threads;

        Thread[] schedulers = [.. Enumerable.Range(0, Threads).Select(t => new Thread(() =>
        {
            Random random = new(t);
            for (int i = 0; i < Rounds; i++)
            {
                Probe probe = probes[t][random.Next(EntriesEach)];
                if (probe.IsArmed && wheel.Cancel(probe))
                    cancelled[t]++;

                // Only this thread arms it, so it is idle now.
                wheel.Schedule(probe, TimeSpan.FromMilliseconds(random.Next(0, 200)));
                armed[t]++;
            }

            Interlocked.Decrement(ref running);
        }))];
        foreach (Thread thread in schedulers)
            thread.Start();

        long fired = 0;
        while (Volatile.Read(ref running) > 0)
        {
            clock.Move(TimeSpan.FromMilliseconds(1));
            fired += wheel.Advance(clock.Timestamp, 16);
        }

        foreach (Thread thread in schedulers)
            thread.Join();
        clock.Move(TimeSpan.FromSeconds(1));
        fired += wheel.Advance(clock.Timestamp, int.MaxValue);

        Assert.Equal(0, wheel.Count);
        Assert.Equal(armed.Sum(), cancelled.Sum() + fired);
        Assert.Equal(fired, probes.Sum(set => set.Sum(probe => (long)probe.Fired)));
        Assert.True(fired > 0 && cancelled.Sum() > 0, $"both ends must occur: fired {fired}, cancelled {cancelled.Sum()}");
    }

    [Fact]
    public void Cancel_RacesWithFiring_ExactlyOneWins()
    {
        HandClock clock = new();
        TimerWheel wheel = new(clock);
        using Barrier barrier = new(2);
        Probe probe = new();
        int cancelled = 0;
        const int Rounds = 20_000;
        Thread canceller = new(() =>
        {
            for (int i = 0; i < Rounds; i++)
            {
                barrier.SignalAndWait();
                if (wheel.Cancel(probe))
                    cancelled++;
                barrier.SignalAndWait();
            }
        });
        canceller.Start();

        int fired = 0;
        for (int i = 0; i < Rounds; i++)
        {
            wheel.Schedule(probe, TimeSpan.Zero);
            clock.Move(TimeSpan.FromMilliseconds(1));
            barrier.SignalAndWait();
            fired += wheel.Advance(clock.Timestamp, 1);
            barrier.SignalAndWait();
            Assert.Equal(0, wheel.Count);
        }

        canceller.Join();
        Assert.Equal(Rounds, fired + cancelled);
        Assert.Equal(fired, probe.Fired);
    }
}
