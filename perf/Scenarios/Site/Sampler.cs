namespace Paddlewheel.Perf.Scenarios;

/// <summary>Looks at a run several times a second, for the charts. Reads books only: nothing of it is in the worker's way.</summary>
internal sealed class Sampler : IAsyncDisposable
{
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(250);

    // A soak of an hour still gives a picture: every other sample goes when there are too many.
    private const int Most = 2000;

    private readonly CancellationTokenSource _stop = new();
    private readonly LoadSite _site;
    private readonly List<Sample> _samples = [];
    private readonly long _started = TimeProvider.System.GetTimestamp();
    private readonly Task _looking;
    private TimeSpan _every = Every;

    public Sampler(LoadSite site)
    {
        _site = site;
        _looking = LookAsync();
    }

    /// <summary>Ends the looking and gives what was seen.</summary>
    public async Task<IReadOnlyList<Sample>> StopAsync()
    {
        await DisposeAsync();
        return _samples;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _looking;
    }

    private async Task LookAsync()
    {
        while (true)
        {
            _samples.Add(new Sample(
                Math.Round(TimeProvider.System.GetElapsedTime(_started).TotalSeconds, 3),
                _site.Functions.All.Runs,
                _site.Functions.All.Running,
                _site.Cpu.TotalSeconds,
                Math.Round(_site.Workers.Sum(static worker => worker.Rss) / 1024.0, 1)));
            if (_samples.Count == Most)
            {
                int index = 0;
                _samples.RemoveAll(_ => index++ % 2 == 1);
                _every *= 2;
            }

            try
            {
                await Task.Delay(_every, _stop.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }
}
