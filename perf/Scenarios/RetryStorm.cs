namespace Paddlewheel.Perf.Scenarios;

/// <summary>A function that fails every call beside one that is well: the failing one is tried as often as the rules say, the other feels little of it.</summary>
internal sealed class RetryStorm : IScenario
{
    private const int Retries = 2;

    public string Name => "retry-storm";

    public string What => "a function that fails every call beside a healthy one";

    public IReadOnlyList<Setting> Settings { get; } =
    [
        Setting.Number("per-second", 500, "calls a second of each function", quick: 300, least: 1),
        Setting.Number("seconds", 10, "how long they come", quick: 3, least: 1),
        Setting.Number("function-ms", 5, "how long a run takes, ms"),
    ];

    public async Task<ScenarioResult> RunAsync(ScenarioContext context, CancellationToken stop)
    {
        int perSecond = context.Number("per-second"), total = 2 * perSecond * context.Number("seconds"), workers = context.Number("workers");
        TimeSpan takes = TimeSpan.FromMilliseconds(context.Number("function-ms"));
        FunctionBehaviour[] functions = [new("healthy") { Takes = takes }, new("failing") { Takes = takes, Status = 500, ExpectedRuns = Retries + 1 }];
        await using LoadSite site = await context.StartSiteAsync(total, functions, stop);
        for (int worker = 0; worker < workers; worker++)
        {
            site.StartWorker(("max_retry_attempts", "2"), ("initial_retry_wait", "500ms"), ("max_retry_wait", "1s"));
        }

        await site.Queue.WorkersAreThereAsync(workers, TimeSpan.FromSeconds(30), stop);
        ScenarioResult result = context.NewResult(site);
        Meter meter = await Meter.StartAsync(site, stop);
        await using Sampler sampler = new(site);
        await OpenModel.SendAsync(site, site.Queue.Publisher, 0, total, 2 * perSecond, call => functions[call % 2].Name, stop);
        await Watch.ArrivedAsync(site, total, null, stop);
        await site.Queue.SettledAsync(TimeSpan.FromSeconds(60), stop);
        result.Samples.AddRange(await sampler.StopAsync());

        result.Add("calls/s of each", perSecond, "F0");
        result.Add("runs of the failing function", site.Functions["failing"].Runs, "F0");
        await meter.AddAsync(result, stop);
        IEnumerable<int> healthy = Enumerable.Range(0, total).Where(static call => call % 2 == 0);
        Latencies.Add(result, "healthy, planned to function", healthy, call => (site.Book.PlannedAt[call], site.Book.ArrivedAt(call)));
        result.Problems.AddRange(await site.FinishAsync(stop, call => functions[call % 2].ExpectedRuns));
        return result;
    }
}
