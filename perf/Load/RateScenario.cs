using System.Runtime.InteropServices;
using HdrHistogram;

namespace Paddlewheel.Perf.Load;

/// <summary>
/// Calls at fixed times, whatever the worker does (an open model). Latency is counted from when a call should have been sent,
/// so that a stall is felt by every call that it delayed, not only by one.
/// </summary>
internal static class RateScenario
{
    public static async Task<LoadResult> RunAsync(LoadOptions options, CancellationToken stop)
    {
        int measured = options.PerSecond * options.Seconds;
        int total = options.Warmup + measured;
        await using Site site = await Site.StartAsync(options, total, stop);
        await using WorkerProcess worker = site.StartWorker(options);
        await site.Queue.WorkerIsThereAsync(TimeSpan.FromSeconds(30), stop);

        TimeSpan cpu = default;
        await Task.Factory.StartNew(() => Send(site, options, worker, ref cpu, stop), stop, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        await site.Queue.SettledAsync(TimeSpan.FromSeconds(30), stop);
        cpu = worker.Book.Cpu - cpu;
        (long Now, long Peak) rss = worker.Book.Rss;
        int exitCode = await worker.StopAsync(stop);

        LoadResult result = new(options.Settings(), site.NatsVersion);
        result.Add("messages measured", measured, "F0");
        result.Add("worker CPU, us/message", cpu.TotalMicroseconds / measured, "F1");
        Percentiles(result, "planned to function", options.Warmup, total, call => (site.Book.PlannedAt[call], site.Book.ArrivedAt(call)));
        Percentiles(result, "planned to sent", options.Warmup, total, call => (site.Book.PlannedAt[call], site.Book.SentAt[call]));
        result.Add("RSS at the end, MiB", rss.Now / 1024.0, "F1");
        result.Add("RSS at most, MiB", rss.Peak / 1024.0, "F1");
        result.Judge(site, options, exitCode);
        return result;
    }

    private static void Send(Site site, LoadOptions options, WorkerProcess worker, ref TimeSpan cpu, CancellationToken stop)
    {
        Progress progress = new("sent", site.Book.Calls);
        double interval = TimeProvider.System.TimestampFrequency / (double)options.PerSecond;
        long start = TimeProvider.System.GetTimestamp();
        for (int call = 0; call < site.Book.Calls; call++)
        {
            stop.ThrowIfCancellationRequested();
            long planned = start + (long)(call * interval);
            Pause(TimeProvider.System.GetElapsedTime(TimeProvider.System.GetTimestamp(), planned));
            if (call == options.Warmup)
            {
                cpu = worker.Book.Cpu;
            }

            site.Book.PlannedAt[call] = planned;
            site.Book.SentAt[call] = TimeProvider.System.GetTimestamp();
            ValueTask sending = site.Queue.PublishAsync(call, stop);
            if (!sending.IsCompletedSuccessfully)
            {
                sending.AsTask().GetAwaiter().GetResult();
            }

            progress.At(call + 1);
        }
    }

    private static void Percentiles(LoadResult result, string name, int from, int to, Func<int, (long From, long To)> span)
    {
        LongHistogram histogram = new(1, 3_600_000_000, 3);
        for (int call = from; call < to; call++)
        {
            (long begin, long end) = span(call);
            if (end != 0)
            {
                histogram.RecordValue(Math.Max(1, (long)TimeProvider.System.GetElapsedTime(begin, end).TotalMicroseconds));
            }
        }

        foreach (double percentile in (double[])[50, 90, 99, 99.9, 100])
        {
            string label = percentile == 100 ? "max" : FormattableString.Invariant($"p{percentile}");
            result.Add($"{name}, {label}, ms", histogram.GetValueAtPercentile(percentile) / 1000.0, "F2");
        }
    }

    // .NET's timers count whole milliseconds, which is longer than what is measured here; the kernel's do not.
    private static void Pause(TimeSpan time)
    {
        if (time > TimeSpan.Zero)
        {
            TimeSpec span = new(time);
            _ = NanoSleep(span, IntPtr.Zero);
        }
    }

    [DllImport("libc", EntryPoint = "nanosleep")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int NanoSleep(in TimeSpec time, IntPtr left);

    private readonly struct TimeSpec(TimeSpan time)
    {
        public readonly nint Seconds = (nint)(time.Ticks / TimeSpan.TicksPerSecond);
        public readonly nint Nanoseconds = (nint)(time.Ticks % TimeSpan.TicksPerSecond * 100);
    }
}
