namespace Paddlewheel.Perf.Scenarios;

/// <summary>Waits for calls to arrive, and ends when it is plain that no more will.</summary>
internal static class Watch
{
    private static readonly TimeSpan Stall = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Suspicious = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    /// <summary>
    /// Returns when <paramref name="calls"/> different calls have arrived, or when the stream is empty though they have not: those are
    /// lost, and the book says which. Throws when nothing moves any more though there is something left.
    /// </summary>
    /// <param name="site">The books.</param>
    /// <param name="calls">How many.</param>
    /// <param name="looked">Told the number that has arrived, at every look.</param>
    /// <param name="stop">Ends the wait.</param>
    public static async Task ArrivedAsync(LoadSite site, int calls, Action<int>? looked, CancellationToken stop)
    {
        Progress progress = new("invoked", calls);
        long movedAt = TimeProvider.System.GetTimestamp();
        int last = -1;
        while (site.Book.Arrived < calls)
        {
            await Task.Delay(Look, stop);
            int count = site.Book.Arrived;
            looked?.Invoke(count);
            progress.At(count);
            if (count != last)
            {
                (last, movedAt) = (count, TimeProvider.System.GetTimestamp());
                continue;
            }

            TimeSpan still = TimeProvider.System.GetElapsedTime(movedAt);
            if (still > Suspicious && await site.Queue.LeftAsync(stop) == 0)
            {
                return;
            }

            foreach (WorkerProcess worker in site.Workers)
            {
                worker.ThrowIfExited();
            }

            if (still > Stall)
            {
                throw new LoadException($"nothing arrived for {Stall.TotalSeconds:F0} s; {count} of {calls} did. The worker says:\n{site.Workers[^1].Tail()}");
            }
        }

        looked?.Invoke(calls);
    }

    /// <summary>Returns when this worker has finished a message.</summary>
    public static async Task InvokesAsync(LoadSite site, WorkerProcess worker, CancellationToken stop)
    {
        long started = TimeProvider.System.GetTimestamp();
        while (!((await WorkerMetrics.OfAsync(worker, stop)).Sum("queue_worker_messages_processed_total") > 0))
        {
            worker.ThrowIfExited();
            if (TimeProvider.System.GetElapsedTime(started) > Stall)
            {
                throw new LoadException($"worker {worker.Number} of {site.Workers.Count} did nothing for {Stall.TotalSeconds:F0} s:\n{worker.Tail()}");
            }

            await Task.Delay(Look, stop);
        }
    }
}
