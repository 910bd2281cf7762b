namespace Paddlewheel.Perf.Scenarios;

/// <summary>Waits for a worker as Kubernetes does before it takes the old one away.</summary>
internal static class Readiness
{
    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(5) };
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static async Task ReadyAsync(this WorkerProcess worker, CancellationToken stop)
    {
        Uri ready = new($"http://127.0.0.1:{worker.MetricsPort}/readyz");
        long started = TimeProvider.System.GetTimestamp();
        while (!await IsReadyAsync(ready, stop))
        {
            worker.ThrowIfExited();
            if (TimeProvider.System.GetElapsedTime(started) > Patience)
            {
                throw new LoadException($"worker {worker.Number} was not ready within {Patience.TotalSeconds:F0} s:\n{worker.Tail()}");
            }

            await Task.Delay(Look, stop);
        }
    }

    private static async Task<bool> IsReadyAsync(Uri ready, CancellationToken stop)
    {
        try
        {
            using HttpResponseMessage answer = await Http.GetAsync(ready, stop);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException && !stop.IsCancellationRequested)
        {
            return false;
        }
    }
}
