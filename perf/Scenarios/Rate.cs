namespace Paddlewheel.Perf.Scenarios;

/// <summary>Calls at fixed times, and what the workers need for them; with callbacks when asked.</summary>
internal sealed class Rate : IScenario
{
    public string Name => "rate";

    public string What => "calls at fixed times (an open model), latency from the planned time to the function";

    public IReadOnlyList<Setting> Settings { get; } =
    [
        Setting.Number("per-second", 500, "calls a second", least: 1),
        Setting.Number("seconds", 10, "length of the measured part", quick: 2, least: 1),
        Setting.Number("warmup-seconds", 2, "before the measured part", quick: 1),
        Setting.OneOf("callbacks", "whether each call's result is posted to a callback", "no", "yes"),
    ];

    public async Task<ScenarioResult> RunAsync(ScenarioContext context, CancellationToken stop)
    {
        int perSecond = context.Number("per-second"), warmup = perSecond * context.Number("warmup-seconds"), measured = perSecond * context.Number("seconds");
        bool callbacks = context.Settings.Text("callbacks") == "yes";
        int total = warmup + measured;
        await using LoadSite site = await context.StartSiteAsync(total, null, stop);
        int workers = context.Number("workers");
        site.StartWorkers(workers);
        await site.Queue.WorkersAreThereAsync(workers, TimeSpan.FromSeconds(30), stop);
        site.Queue.Publisher.Callback = callbacks ? site.Functions.CallbackUrl : null;

        await OpenModel.SendAsync(site, site.Queue.Publisher, 0, warmup, perSecond, static _ => "echo", stop);
        Meter meter = await Meter.StartAsync(site, stop);
        await using Sampler sampler = new(site);
        await OpenModel.SendAsync(site, site.Queue.Publisher, warmup, measured, perSecond, static _ => "echo", stop);
        await Watch.ArrivedAsync(site, total, null, stop);
        await site.Queue.SettledAsync(TimeSpan.FromSeconds(30), stop);

        ScenarioResult result = context.NewResult(site);
        result.Samples.AddRange(await sampler.StopAsync());
        result.Add("calls/s", perSecond, "F0");
        await meter.AddAsync(result, stop);
        Latencies.Add(result, "planned to function", Enumerable.Range(warmup, measured), call => (site.Book.PlannedAt[call], site.Book.ArrivedAt(call)));
        Latencies.Add(result, "planned to sent", Enumerable.Range(warmup, measured), call => (site.Book.PlannedAt[call], site.Book.SentAt[call]));
        result.Problems.AddRange(await site.FinishAsync(stop));
        if (callbacks)
        {
            result.Add("callbacks", site.Book.CalledBack, "F0");
            result.Problems.AddRange(site.Book.CallbackProblems());
        }

        return result;
    }
}
