namespace Paddlewheel.Perf.Scenarios;

/// <summary>What a load tool is told to do: rate or callers, for how long, and where its report goes.</summary>
internal sealed class ToolPlan
{
    public static IReadOnlyList<Setting> All { get; } =
    [
        Setting.OneOf("model", "open: calls at a rate; closed: callers that wait for their answer", "open", "closed"),
        Setting.Number("per-second", 500, "calls a second (open)", least: 1),
        Setting.Number("clients", 64, "callers (closed)", least: 1),
        Setting.Number("seconds", 30, "length of the measured part", least: 1),
        Setting.Number("warmup-seconds", 5, "before it"),
        Setting.Text("out", Path.Combine("artifacts", "nbomber"), "folder for the reports"),
        .. ScenarioSettings.Common.Where(static it => it.Name != "lose"),
    ];

    private ToolPlan(ScenarioSettings settings) => Settings = settings;

    public ScenarioSettings Settings { get; }

    public bool IsOpen => Settings.Text("model") == "open";

    public int PerSecond => Settings.Number("per-second");

    public int Clients => Settings.Number("clients");

    public TimeSpan Length => TimeSpan.FromSeconds(Settings.Number("seconds"));

    public TimeSpan WarmUp => TimeSpan.FromSeconds(Settings.Number("warmup-seconds"));

    public string Folder => Settings.Text("out");

    /// <summary>
    /// Room for every call that can be made: a second more of an open model than was asked, since a tool counts its seconds its own way,
    /// and for a closed one more than a machine of today can do.
    /// </summary>
    public int MostCalls => (int)(Length + WarmUp + TimeSpan.FromSeconds(1)).TotalSeconds * (IsOpen ? PerSecond : 100_000);

    public static bool TryParse(IReadOnlyList<string> arguments, out ToolPlan plan, out string problem)
    {
        bool isRight = ScenarioSettings.TryParse(All, arguments, quick: false, out ScenarioSettings settings, out problem);
        plan = new ToolPlan(settings);
        return isRight;
    }

    public SiteOptions Site() => new()
    {
        Calls = MostCalls,
        Functions = [new FunctionBehaviour("echo") { Takes = TimeSpan.FromMilliseconds(Settings.Number("function-ms")) }],
        Body = Settings.Number("body"),
        Storage = Settings.Text("storage"),
        NatsNodes = Settings.Number("nats-nodes"),
        MaxInflight = Settings.Number("max-inflight"),
        Worker = Settings.Text("worker"),
        Environment = [.. Settings.Pairs("env")],
    };
}
