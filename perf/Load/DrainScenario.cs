namespace Paddlewheel.Perf.Load;

/// <summary>A full queue, then a worker: how fast is it worked off, and at what price.</summary>
internal static class DrainScenario
{
    private static readonly TimeSpan Stall = TimeSpan.FromSeconds(30);

    public static async Task<LoadResult> RunAsync(LoadOptions options, CancellationToken stop)
    {
        int total = options.Warmup + options.Messages;
        await using Site site = await Site.StartAsync(options, total, stop);
        await site.Queue.FillAsync(total, new Progress("stored", total).At, stop);

        long started = TimeProvider.System.GetTimestamp();
        await using WorkerProcess worker = site.StartWorker(options);
        (TimeSpan warmCpu, int warmCount, long warmAt) = await WatchAsync(site.Book, worker, options.Warmup, stop);
        await site.Queue.SettledAsync(Stall, stop);
        TimeSpan cpu = worker.Book.Cpu - warmCpu;
        (long Now, long Peak) rss = worker.Book.Rss;
        int exitCode = await worker.StopAsync(stop);

        long[] arrivals = [.. Enumerable.Range(0, total).Select(site.Book.ArrivedAt)];
        Array.Sort(arrivals);
        double seconds = TimeProvider.System.GetElapsedTime(options.Warmup == 0 ? arrivals[0] : warmAt, arrivals[^1]).TotalSeconds;
        int measured = total - warmCount;
        LoadResult result = new(options.Settings(), site.NatsVersion);
        result.Add("messages measured", measured, "F0");
        result.Add("messages/s", measured / seconds, "F0");
        result.Add("worker CPU, us/message", cpu.TotalMicroseconds / measured, "F1");
        result.Add("start to first invocation, ms", TimeProvider.System.GetElapsedTime(started, arrivals[0]).TotalMilliseconds, "F0");
        result.Add("start to last invocation, s", TimeProvider.System.GetElapsedTime(started, arrivals[^1]).TotalSeconds, "F2");
        result.Add("most functions running at once", site.Functions.MostRunning, "F0");
        result.Add("RSS at the end, MiB", rss.Now / 1024.0, "F1");
        result.Add("RSS at most, MiB", rss.Peak / 1024.0, "F1");
        result.Judge(site, options, exitCode);
        return result;
    }

    // The measured part begins at the first look after the warm-up: its processor time is read at the same moment as its count.
    private static async Task<(TimeSpan Cpu, int Count, long At)> WatchAsync(CallBook book, WorkerProcess worker, int warmup, CancellationToken stop)
    {
        Progress progress = new("invoked", book.Calls);
        (TimeSpan Cpu, int Count, long At) warm = default;
        long movedAt = TimeProvider.System.GetTimestamp();
        int last = 0;
        while (book.Arrived < book.Calls)
        {
            await Task.Delay(20, stop);
            worker.ThrowIfExited();
            int count = book.Arrived;
            long now = TimeProvider.System.GetTimestamp();
            if (warm.At == 0 && warmup > 0 && count >= warmup)
            {
                warm = (worker.Book.Cpu, count, now);
            }

            movedAt = count == last ? movedAt : now;
            last = count;
            if (TimeProvider.System.GetElapsedTime(movedAt, now) > Stall)
            {
                throw new LoadException($"nothing arrived for {Stall.TotalSeconds:F0} s; {count} of {book.Calls} did. The worker says:\n{worker.Tail()}");
            }

            progress.At(count);
        }

        return warm;
    }
}
