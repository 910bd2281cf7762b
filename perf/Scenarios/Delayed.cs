namespace Paddlewheel.Perf.Scenarios;

/// <summary>Functions that take their time and many of them at once: is every slot used, all the time.</summary>
internal sealed class Delayed : IScenario
{
    public string Name => "delayed";

    public string What => "a full queue of slow calls: rate against the ideal, mean number in flight";

    public IReadOnlyList<Setting> Settings { get; } =
    [
        Setting.Number("max-inflight", 512, "calls that one worker may run at once", quick: 256, least: 1),
        Setting.Number("function-ms", 50, "how long a function takes, ms", least: 1),
        Setting.Number("seconds", 10, "length of the measured part at the ideal rate", quick: 3, least: 1),
        Setting.Number("warmup-seconds", 5, "the same of the part before it", quick: 1, least: 1),
        ScenarioContext.Layout,
    ];

    public async Task<ScenarioResult> RunAsync(ScenarioContext context, CancellationToken stop)
    {
        int slots = context.Number("max-inflight") * context.Number("workers");
        double ideal = slots * 1000.0 / context.Number("function-ms");
        int warmup = (int)(ideal * context.Number("warmup-seconds")), measured = (int)(ideal * context.Number("seconds"));

        // The last calls can't fill the slots: they come after the measured part.
        int total = warmup + measured + (2 * slots);
        await using LoadSite site = await context.StartSiteAsync(total, null, stop);
        await site.Queue.FillAsync(total, static _ => "echo", stop);
        site.StartWorkers(context.Number("workers"));
        await Watch.ArrivedAsync(site, warmup, null, stop);

        ScenarioResult result = context.NewResult(site);
        Meter meter = await Meter.StartAsync(site, stop);
        await using Sampler sampler = new(site);
        long from = TimeProvider.System.GetTimestamp(), busyFrom = site.Functions.All.Busy(from), runsFrom = site.Functions.All.Runs;
        await Watch.ArrivedAsync(site, warmup + measured, null, stop);
        long to = TimeProvider.System.GetTimestamp(), busy = site.Functions.All.Busy(to) - busyFrom, runs = site.Functions.All.Runs - runsFrom;
        double rate = runs / TimeProvider.System.GetElapsedTime(from, to).TotalSeconds;
        result.Add("messages/s", rate, "F0");
        result.Add("ideal, messages/s", ideal, "F0");
        result.Add("of the ideal, %", 100 * rate / ideal, "F1");
        result.Add("mean in flight", busy / (double)(to - from), "F1");
        result.Add("a run took, ms", TimeProvider.System.GetElapsedTime(0, busy).TotalMilliseconds / Math.Max(1, runs), "F2");
        await meter.AddAsync(result, stop);

        await Watch.ArrivedAsync(site, total, null, stop);
        await site.Queue.SettledAsync(TimeSpan.FromSeconds(30), stop);
        result.Samples.AddRange(await sampler.StopAsync());
        result.Problems.AddRange(await site.FinishAsync(stop));
        return result;
    }
}
