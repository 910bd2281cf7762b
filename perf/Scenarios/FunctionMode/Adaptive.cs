namespace Paddlewheel.Perf.Scenarios;

/// <summary>
/// The published adaptive benchmark (contract 7.4) on real processes: a function that takes a few calls per replica and answers 429 beyond,
/// behind an autoscaler; once with the limiter, once without it.
/// </summary>
internal sealed class Adaptive : IScenario
{
    private const string Everything = "all";

    public string Name => "adaptive";

    public string What => "a function that rejects with 429 beyond its replicas' slots: adaptive against greedy, and a fall of capacity";

    public IReadOnlyList<Setting> Settings { get; } =
    [
        Setting.OneOf("variant", "which: fixed capacity, autoscaler by depth, autoscaler by what is in flight, fall from all replicas to one and back", Everything, "fixed", "depth", "capacity", "drop"),
        Setting.OneOf("greedy", "whether each drain is also run without the limiter", "yes", "no"),
        Setting.Number("calls", 1500, "calls queued at the start of a drain", quick: 200, least: 1),
        Setting.Number("call-ms", 2000, "how long a call runs", quick: 200, least: 1),
        Setting.Number("slots", 5, "calls that one replica takes at a time", least: 1),
        Setting.Number("replicas", 10, "replicas at most", least: 2),
        Setting.Number("evaluate-ms", 15_000, "time between the autoscaler's evaluations", quick: 1000, least: 1),
        Setting.Number("start-ms", 3000, "how long a replica takes to start, autoscaler by what is in flight", quick: 200),
        Setting.Number("retry-ms", 10_000, "first wait of a rejected call without the limiter; at most twelve times as long", quick: 250, least: 1),
        Setting.OneOf("backoff", "how that wait is drawn: anything up to it, or exactly so long, which lets all of them come back together", "full", "exponential"),
        Setting.Number("drops", 1, "how often the capacity falls", least: 1),
        Setting.Number("drop-seconds", 8, "how long the capacity is full before a fall, and how long it is low", quick: 4, least: 4),
        Setting.Number("follow-ms", 3000, "gate: how late a fall and a rise may be followed", quick: 6000, least: 1),
        Setting.Number("fixed-percent", 115, "gate: drain at fixed capacity, percent of the best possible", quick: 600),
        Setting.Number("depth-percent", 125, "gate: the same with the autoscaler by depth", quick: 300),
        Setting.Number("capacity-percent", 115, "gate: the same with the autoscaler by what is in flight", quick: 300),
        Setting.Number("rejected-percent", 5, "gate: rejected attempts at fixed capacity, percent of the calls", quick: 25),
        Setting.Number("drop-rejected", 20, "gate: rejected attempts in the three seconds after a fall", quick: 40),
        Setting.Number("max-inflight", 300, "calls that the worker may run at once", least: 1),
        Setting.Number("body", 16, "bytes of a call's body"),
    ];

    public async Task<ScenarioResult> RunAsync(ScenarioContext context, CancellationToken stop)
    {
        string variant = context.Settings.Text("variant");
        ScenarioResult? result = null;
        foreach (ScalerKind kind in Enum.GetValues<ScalerKind>())
        {
            string name = NameOf(kind);
            if (variant != Everything && variant != name)
            {
                continue;
            }

            result = await AdaptiveDrain.RunAsync(context, result, name, ScalerOf(context, kind), greedy: false, stop);
            if (context.Settings.Text("greedy") == "yes")
            {
                result = await AdaptiveDrain.RunAsync(context, result, name, ScalerOf(context, kind), greedy: true, stop);
            }
        }

        return variant is Everything or "drop" ? await CapacityDrop.RunAsync(context, result, stop) : result!;
    }

    private static Autoscaler ScalerOf(ScenarioContext context, ScalerKind kind) =>
        new(kind, context.Number("slots"), context.Number("replicas"), context.Number("evaluate-ms") / 1000.0, context.Number("start-ms") / 1000.0);

    private static string NameOf(ScalerKind kind) => kind switch
    {
        ScalerKind.Fixed => "fixed",
        ScalerKind.Depth => "depth",
        _ => "capacity",
    };
}
