namespace Paddlewheel.Perf.Scenarios;

/// <summary>One warm worker at one rate after the other: how long does a call wait before its function has it.</summary>
internal sealed class Latency : IScenario
{
    public string Name => "latency";

    public string What => "several fixed rates one after the other, percentiles from the planned time, for each";

    public IReadOnlyList<Setting> Settings { get; } =
    [
        Setting.Numbers("rates", "100,500,2000", "calls a second, one after the other", quick: "200,800"),
        Setting.Number("seconds", 10, "length of each", quick: 2, least: 1),
        Setting.Number("warmup", 5_000, "calls before the first, at the last rate", quick: 800),
        ScenarioContext.Layout,
    ];

    public async Task<ScenarioResult> RunAsync(ScenarioContext context, CancellationToken stop)
    {
        int[] rates = context.Settings.Numbers("rates");
        int warmup = context.Number("warmup"), seconds = context.Number("seconds"), workers = context.Number("workers");
        int total = warmup + rates.Sum(rate => rate * seconds);
        await using LoadSite site = await context.StartSiteAsync(total, null, stop);
        site.StartWorkers(workers);
        await site.Queue.WorkersAreThereAsync(workers, TimeSpan.FromSeconds(30), stop);
        await OpenModel.SendAsync(site, site.Queue.Publisher, 0, warmup, rates[^1], static _ => "echo", stop);

        ScenarioResult result = context.NewResult(site);
        Meter meter = await Meter.StartAsync(site, stop);
        await using Sampler sampler = new(site);
        int first = warmup;
        foreach (int rate in rates)
        {
            await OpenModel.SendAsync(site, site.Queue.Publisher, first, rate * seconds, rate, static _ => "echo", stop);
            first += rate * seconds;
            await Watch.ArrivedAsync(site, first, null, stop);
        }

        await site.Queue.SettledAsync(TimeSpan.FromSeconds(30), stop);
        result.Samples.AddRange(await sampler.StopAsync());
        await meter.AddAsync(result, stop);
        first = warmup;
        foreach (int rate in rates)
        {
            Latencies.Add(result, $"planned to function at {rate}/s", Enumerable.Range(first, rate * seconds), call => (site.Book.PlannedAt[call], site.Book.ArrivedAt(call)));
            first += rate * seconds;
        }

        Latencies.Add(result, "planned to sent, all", Enumerable.Range(warmup, total - warmup), call => (site.Book.PlannedAt[call], site.Book.SentAt[call]));
        result.Problems.AddRange(await site.FinishAsync(stop));
        return result;
    }
}
