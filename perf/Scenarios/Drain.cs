namespace Paddlewheel.Perf.Scenarios;

/// <summary>A full queue, then a worker: how fast is it worked off, and at what price.</summary>
internal sealed class Drain : IScenario
{
    public string Name => "drain";

    public string What => "a full queue, worked off as fast as the workers can";

    public IReadOnlyList<Setting> Settings { get; } =
    [
        Setting.Number("messages", 20_000, "messages of the measured part", quick: 5_000, least: 1),
        Setting.Number("warmup", 0, "messages before the measured part; a JIT build needs 150,000 to be warm"),
    ];

    public async Task<ScenarioResult> RunAsync(ScenarioContext context, CancellationToken stop)
    {
        int warmup = context.Number("warmup"), total = warmup + context.Number("messages");
        await using LoadSite site = await context.StartSiteAsync(total, null, stop);
        await site.Queue.FillAsync(total, static _ => "echo", stop);
        ScenarioResult result = context.NewResult(site);
        await MeasureAsync(site, result, context.Number("workers"), warmup, stop);
        result.Problems.AddRange(await site.FinishAsync(stop));
        return result;
    }

    /// <summary>Works a full queue off; also what the pairs of two workers and the curves are made of.</summary>
    public static async Task MeasureAsync(LoadSite site, ScenarioResult result, int workers, int warmup, CancellationToken stop)
    {
        long started = TimeProvider.System.GetTimestamp();
        site.StartWorkers(workers);
        Meter meter = Meter.FromStart(site);
        if (warmup > 0)
        {
            await Watch.ArrivedAsync(site, warmup, null, stop);
            meter = await Meter.StartAsync(site, stop);
        }

        await using Sampler sampler = new(site);
        await Watch.ArrivedAsync(site, site.Book.Calls, null, stop);
        await site.Queue.SettledAsync(TimeSpan.FromMinutes(2), stop);
        result.Samples.AddRange(await sampler.StopAsync());

        long[] arrivals = [.. Enumerable.Range(0, site.Book.Calls).Select(site.Book.ArrivedAt).Where(static at => at != 0)];
        Array.Sort(arrivals);
        if (arrivals.Length == 0)
        {
            return;
        }

        long from = warmup == 0 ? arrivals[0] : meter.StartedAt;
        result.Add("messages/s", (arrivals.Length - meter.RunsBefore) / TimeProvider.System.GetElapsedTime(from, arrivals[^1]).TotalSeconds, "F0");
        await meter.AddAsync(result, stop);
        result.Add("start to first invocation, ms", TimeProvider.System.GetElapsedTime(started, arrivals[0]).TotalMilliseconds, "F0");
        result.Add("start to last invocation, s", TimeProvider.System.GetElapsedTime(started, arrivals[^1]).TotalSeconds, "F2");
        result.Add("most functions running at once", site.Functions.All.MostRunning, "F0");
    }
}
