namespace Paddlewheel.Perf.Scenarios;

/// <summary>
/// So many callers, each waits for its answer before it calls again. Says how long a round takes; says little about a worker that
/// is too slow, because the callers slow down with it: that is what the open models are for.
/// </summary>
internal sealed class Closed : IScenario
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public string Name => "closed";

    public string What => "callers that wait for their answer before they call again (a closed model)";

    public IReadOnlyList<Setting> Settings { get; } =
    [
        Setting.Number("clients", 64, "callers", quick: 32, least: 1),
        Setting.Number("messages", 20_000, "calls of the measured part", quick: 3_000, least: 1),
        Setting.Number("warmup", 2_000, "calls before it", quick: 500),
    ];

    public async Task<ScenarioResult> RunAsync(ScenarioContext context, CancellationToken stop)
    {
        int warmup = context.Number("warmup"), total = warmup + context.Number("messages"), workers = context.Number("workers");
        await using LoadSite site = await context.StartSiteAsync(total, null, stop);
        using Caller caller = new(site);
        site.StartWorkers(workers);
        await site.Queue.WorkersAreThereAsync(workers, TimeSpan.FromSeconds(30), stop);

        await RoundsAsync(caller, context.Number("clients"), warmup, stop);
        Meter meter = await Meter.StartAsync(site, stop);
        await using Sampler sampler = new(site);
        await RoundsAsync(caller, context.Number("clients"), total, stop);
        TimeSpan took = TimeProvider.System.GetElapsedTime(meter.StartedAt);
        await site.Queue.SettledAsync(TimeSpan.FromSeconds(30), stop);

        ScenarioResult result = context.NewResult(site);
        result.Samples.AddRange(await sampler.StopAsync());
        result.Add("messages/s", (total - warmup) / took.TotalSeconds, "F0");
        await meter.AddAsync(result, stop);
        Latencies.Add(result, "sent to function", Enumerable.Range(warmup, total - warmup), call => (site.Book.SentAt[call], site.Book.ArrivedAt(call)));
        result.Problems.AddRange(await site.FinishAsync(stop, caller.ExpectedRuns));
        return result;
    }

    private static Task RoundsAsync(Caller caller, int clients, int until, CancellationToken stop)
    {
        Progress progress = new("answered", until);
        return Task.WhenAll(Enumerable.Range(0, clients).Select(async client =>
        {
            while (caller.Made + clients <= until || (client == 0 && caller.Made < until))
            {
                await caller.CallAsync("echo", Patience, stop);
                if (client == 0)
                {
                    progress.At(caller.Made);
                }
            }
        }));
    }
}
