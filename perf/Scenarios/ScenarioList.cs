namespace Paddlewheel.Perf.Scenarios;

/// <summary>Every scenario, in the order of the usage text and of the gate.</summary>
internal static class ScenarioList
{
    public static readonly IReadOnlyList<IScenario> All =
    [
        new Drain(),
        new Rate(),
        new Adaptive(),
        new Churn(),
    ];

    public static IScenario? Find(string name) => All.FirstOrDefault(scenario => scenario.Name == name);
}
