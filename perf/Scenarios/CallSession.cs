namespace Paddlewheel.Perf.Scenarios;

/// <param name="IsOk">Whether the function had the call in time.</param>
/// <param name="Bytes">Of the body.</param>
/// <param name="Why">What was wrong; empty when nothing.</param>
internal readonly record struct CallOutcome(bool IsOk, int Bytes, string Why);

/// <summary>
/// Site, workers and callers for a load tool that has its own clock and its own reports: all that it needs to do is to call
/// <see cref="CallAsync"/>, as often and as many at a time as it likes.
/// </summary>
internal sealed class CallSession : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly LoadSite _site;
    private readonly Caller _caller;
    private readonly int _body;

    private CallSession(LoadSite site, int body)
    {
        _site = site;
        _body = body;
        _caller = new Caller(site);
    }

    /// <summary>Servers, functions and workers, ready for calls.</summary>
    public static async Task<CallSession> StartAsync(ToolPlan plan, CancellationToken stop)
    {
        LoadSite site = await LoadSite.StartAsync(plan.Site(), stop);
        CallSession session = new(site, plan.Settings.Number("body"));
        int workers = plan.Settings.Number("workers");
        site.StartWorkers(workers);
        await site.Queue.WorkersAreThereAsync(workers, TimeSpan.FromSeconds(30), stop);
        return session;
    }

    /// <summary>One call through the queue, until its function has answered.</summary>
    public async Task<CallOutcome> CallAsync(CancellationToken stop)
    {
        int? call = await _caller.CallAsync("echo", Patience, stop);
        return call is not null
            ? new CallOutcome(true, _body, "")
            : new CallOutcome(false, _body, _caller.Made < _site.Book.Calls ? $"no answer within {Patience.TotalSeconds:F0} s" : "more calls than the plan has room for");
    }

    /// <summary>Waits for what is under way and stops the workers; every message that did not run exactly once is in the list.</summary>
    public async Task<IReadOnlyList<string>> FinishAsync(CancellationToken stop)
    {
        await _site.Queue.SettledAsync(TimeSpan.FromSeconds(30), stop);
        return await _site.FinishAsync(stop, _caller.ExpectedRuns);
    }

    public async ValueTask DisposeAsync()
    {
        _caller.Dispose();
        await _site.DisposeAsync();
    }
}
