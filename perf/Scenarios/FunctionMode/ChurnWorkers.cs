using System.Globalization;

namespace Paddlewheel.Perf.Scenarios;

/// <summary>The workers of a churn, changed as a rolling update changes them: the new one is ready before an old one is asked to leave.</summary>
internal sealed class ChurnWorkers(LoadSite site, int count, int inactiveSeconds)
{
    private readonly System.Collections.Generic.Queue<WorkerProcess> _serving = new();
    private string _mode = "";

    /// <summary>Of one worker.</summary>
    public int MostLanes { get; private set; }

    public async Task StartAsync(string mode, CancellationToken stop)
    {
        _mode = mode;
        while (_serving.Count < count)
        {
            await AddAsync(stop);
        }
    }

    /// <summary>Waits, and looks whether a worker left unasked.</summary>
    public async Task WaitAsync(TimeSpan time, CancellationToken stop)
    {
        if (time > TimeSpan.Zero)
        {
            await Task.Delay(time, stop);
        }

        foreach (WorkerProcess worker in _serving)
        {
            worker.ThrowIfExited();
            if (await WorkerMetrics.OfAsync(worker, stop) is { } metrics && metrics.Sum("paddlewheel_lanes") is >= 0 and double lanes)
            {
                MostLanes = Math.Max(MostLanes, (int)lanes);
            }
        }
    }

    public async Task TakeAsync(ChurnStep step, CancellationToken stop)
    {
        Progress.Say(step.Mode is { } to ? $"the mode becomes {to}" : "a worker is replaced");
        _mode = step.Mode ?? _mode;
        for (int changes = step.IsSwitch ? count : 1; changes > 0; changes--)
        {
            await AddAsync(stop);
            WorkerProcess leaving = _serving.Dequeue();
            if (await leaving.StopAsync(stop) is not 0 and int code)
            {
                Progress.Say($"worker {leaving.Number} left with exit code {code}");
            }
        }
    }

    private async Task AddAsync(CancellationToken stop)
    {
        WorkerProcess worker = site.StartWorker(
            ("scaling_mode", _mode),
            ("consumer_inactive_threshold", string.Create(CultureInfo.InvariantCulture, $"{inactiveSeconds}s")),
            ("initial_retry_wait", "1s"),
            ("max_retry_wait", "5s"));
        _serving.Enqueue(worker);
        await worker.ReadyAsync(stop);
    }
}
