namespace Paddlewheel.Perf.Scenarios;

/// <summary>
/// A function with a call now and then, beside one with thousands of slow calls queued: how long it waits with one consumer for all, and
/// with one of its own. Then two functions that both have more than enough: each must get half.
/// </summary>
internal sealed class NoisyNeighbour : IScenario
{
    public const string Heavy = "heavy", Light = "light";

    public string Name => "noisy-neighbour";

    public string What => "a light function beside one with thousands queued, static against function mode, and the split of the slots";

    public IReadOnlyList<Setting> Settings { get; } =
    [
        Setting.OneOf("part", "light: the light function beside the neighbour; split: two functions with more than enough", "all", "light", "split"),
        Setting.Number("heavy", 10_000, "calls that the neighbour has queued", quick: 2500, least: 1),
        Setting.Number("heavy-ms", 200, "how long each of them runs", quick: 100, least: 1),
        Setting.Number("light-ms", 50, "how long a light call runs", least: 1),
        Setting.Number("light-per-second", 10, "light calls a second", least: 1),
        Setting.Number("light-seconds", 15, "how long they are sent", quick: 5, least: 1),
        Setting.Number("max-inflight", 50, "calls that the worker may run at once", least: 2),
        Setting.Number("share-slots", 300, "the same for the split", quick: 100, least: 10),
        Setting.Number("share-ms", 1000, "how long a call of the split runs", quick: 500, least: 1),
        Setting.Number("light-percent", 200, "gate: 95th percentile of the light calls' wait in function mode, percent of the time they run", quick: 2000),
        Setting.Number("share-percent", 10, "gate: how far from half a function's mean part may be, percent", quick: 50),
        Setting.Number("body", 16, "bytes of a call's body"),
    ];

    public async Task<ScenarioResult> RunAsync(ScenarioContext context, CancellationToken stop)
    {
        ScenarioResult? result = null;
        string part = context.Settings.Text("part");
        if (part != "split")
        {
            result = await LightAsync(context, result, "static", stop);
            result = await LightAsync(context, result, "function", stop);
            Judge(context, result);
        }

        return part == "light" ? result! : await FairSplit.RunAsync(context, result, stop);
    }

    private static void Judge(ScenarioContext context, ScenarioResult result)
    {
        double percent = 100 * P95(result, "function") / context.Number("light-ms");
        if (percent > context.Number("light-percent"))
        {
            result.Problems.Add(FormattableString.Invariant($"function mode: the light calls' p95 wait is {percent:F0} % of the time they run, {context.Number("light-percent")} % are allowed"));
        }
    }

    private static async Task<ScenarioResult> LightAsync(ScenarioContext context, ScenarioResult? result, string mode, CancellationToken stop)
    {
        Progress.Say($"{mode} mode");
        int heavy = context.Number("heavy"), perSecond = context.Number("light-per-second"), light = perSecond * context.Number("light-seconds");
        FunctionBehaviour neighbour = new(Heavy) { Takes = TimeSpan.FromMilliseconds(context.Number("heavy-ms")) };
        await using LoadSite site = await context.StartSiteAsync(heavy + light, [neighbour, new(Light) { Takes = TimeSpan.FromMilliseconds(context.Number("light-ms")) }], stop);
        await site.Queue.FillAsync(heavy, static _ => Heavy, stop);
        result ??= context.NewResult(site);
        site.StartWorker(("scaling_mode", mode));
        int slots = context.Number("max-inflight");
        if (double.IsInfinity(await LimitedSite.UntilAsync(() => site.Functions[Heavy].Running >= slots, TimeSpan.FromSeconds(30), stop)))
        {
            throw new LoadException($"{mode}: the neighbour never had all {slots} slots");
        }

        await OpenModel.SendAsync(site, site.Queue.Publisher, heavy, light, perSecond, static _ => Light, stop);
        await LimitedSite.UntilAsync(() => site.Functions[Light].Runs == light, TimeSpan.FromSeconds(mode == "static" ? 600 : 10), stop);
        result.Add($"{mode}: neighbour's calls not yet begun when the last light call ran", heavy - site.Functions[Heavy].Runs, "N0");
        result.Add($"{mode}: most calls at one time", site.Functions.All.MostRunning, "F0");

        // The rest of the backlog is not part of it.
        neighbour.Takes = TimeSpan.Zero;
        await Watch.ArrivedAsync(site, heavy + light, null, stop);
        await site.Queue.SettledAsync(TimeSpan.FromSeconds(60), stop);
        Latencies.Add(result, NameOf(mode), Enumerable.Range(heavy, light), call => (site.Book.PlannedAt[call], site.Book.ArrivedAt(call)));
        result.Add($"{NameOf(mode)}, p95, ms", P95(result, mode), "F2");
        result.Problems.AddRange((await site.FinishAsync(stop)).Select(problem => $"{mode}: {problem}"));
        return result;
    }

    private static string NameOf(string mode) => $"{mode}: light, planned to function";

    private static double P95(ScenarioResult result, string mode) =>
        result.Distributions.Find(it => it.Name == NameOf(mode))!.Points.First(static point => point.Percentile == 95).Milliseconds;
}
