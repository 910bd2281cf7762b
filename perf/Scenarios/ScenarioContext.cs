namespace Paddlewheel.Perf.Scenarios;

/// <summary>What a scenario gets: its settings, and a site made to them.</summary>
internal sealed class ScenarioContext(IScenario scenario, ScenarioSettings settings)
{
    public ScenarioSettings Settings => settings;

    /// <summary>For scenarios in which a worker that only takes <c>nats_stream</c> and <c>nats_durable</c> can be held against ours.</summary>
    public static Setting Layout { get; } = Setting.OneOf("layout", "stream that the worker makes, or one made by hand with its durable, which any worker can serve", "own", "by-hand");

    public int Number(string name) => settings.Number(name);

    /// <summary>An empty result with this run's settings.</summary>
    public ScenarioResult NewResult(LoadSite site) => new()
    {
        Scenario = scenario.Name,
        Settings = settings.Values.Where(static pair => pair.Key is not ("worker" or "out")).ToDictionary(StringComparer.Ordinal),
        Worker = settings.Text("worker") is { Length: > 0 } worker ? worker : "built with this program",
        Machine = Machine.OfThisOne(site.NatsVersion),
    };

    /// <summary>Servers and functions, made to the common settings; no worker yet.</summary>
    /// <param name="calls">Calls that will be made at most: the size of the book.</param>
    /// <param name="functions">Functions that there are; none is one that takes <c>function-ms</c> and is called <c>echo</c>.</param>
    /// <param name="stop">Ends the start.</param>
    /// <param name="maxInflight">Instead of <c>max-inflight</c>; 0 is that.</param>
    public Task<LoadSite> StartSiteAsync(int calls, IReadOnlyList<FunctionBehaviour>? functions, CancellationToken stop, int maxInflight = 0) => LoadSite.StartAsync(
        new SiteOptions
        {
            Calls = calls,
            Functions = functions ?? [new FunctionBehaviour("echo") { Takes = TimeSpan.FromMilliseconds(Number("function-ms")) }],
            Body = Number("body"),
            Storage = settings.Text("storage"),
            NatsNodes = Number("nats-nodes"),
            MaxInflight = maxInflight > 0 ? maxInflight : Number("max-inflight"),
            Worker = settings.Text("worker"),
            Environment = [.. settings.Pairs("env")],
            Lose = Number("lose"),
            OlderLayout = scenario.Settings.Contains(Layout) && settings.Text(Layout.Name) == "by-hand",
        },
        stop);
}
