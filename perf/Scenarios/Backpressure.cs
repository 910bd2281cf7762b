namespace Paddlewheel.Perf.Scenarios;

/// <summary>More comes in than the functions can take: what the worker can't run stays on the stream, not in its memory.</summary>
internal sealed class Backpressure : IScenario
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);

    public string Name => "backpressure";

    public string What => "more comes in than functions can take: memory stays bounded, nothing is lost";

    public IReadOnlyList<Setting> Settings { get; } =
    [
        Setting.Number("per-second", 2_000, "calls a second", quick: 1_500, least: 1),
        Setting.Number("seconds", 20, "how long they come", quick: 3, least: 1),
        Setting.Number("function-ms", 50, "how long a function takes, ms", least: 1),
        Setting.Number("max-inflight", 32, "calls that one worker may run at once", quick: 48, least: 1),
        Setting.Number("body", 32_768, "bytes of a call's body"),
        Setting.Number("most-mib", 256, "resident memory of one worker that fails the run, MiB"),
    ];

    public async Task<ScenarioResult> RunAsync(ScenarioContext context, CancellationToken stop)
    {
        int perSecond = context.Number("per-second"), total = perSecond * context.Number("seconds"), workers = context.Number("workers");
        await using LoadSite site = await context.StartSiteAsync(total, null, stop);
        site.StartWorkers(workers);
        await site.Queue.WorkersAreThereAsync(workers, TimeSpan.FromSeconds(30), stop);

        ScenarioResult result = context.NewResult(site);
        Meter meter = await Meter.StartAsync(site, stop);
        await using Sampler sampler = new(site);
        Task sending = OpenModel.SendAsync(site, site.Queue.Publisher, 0, total, perSecond, static _ => "echo", stop);
        long mostHeld = 0;
        while (!sending.IsCompleted)
        {
            mostHeld = Math.Max(mostHeld, await site.Queue.AckPendingAsync(stop));
            await Task.WhenAny(sending, Task.Delay(Look, stop));
        }

        await sending;
        result.Add("calls/s", perSecond, "F0");
        result.Add("functions can take, calls/s", context.Number("max-inflight") * workers * 1000.0 / context.Number("function-ms"), "F0");
        result.Add("on the stream when the last had come", await site.Queue.LeftAsync(stop), "F0");
        result.Add("held by the workers at most", mostHeld, "F0");
        await Watch.ArrivedAsync(site, total, null, stop);
        await site.Queue.SettledAsync(TimeSpan.FromSeconds(30), stop);
        result.Samples.AddRange(await sampler.StopAsync());
        await meter.AddAsync(result, stop);
        result.Problems.AddRange(await site.FinishAsync(stop));
        if (result["RSS at most, MiB"] > context.Number("most-mib"))
        {
            result.Problems.Add($"a worker used {result["RSS at most, MiB"]:F0} MiB; {context.Number("most-mib")} are allowed");
        }

        return result;
    }
}
