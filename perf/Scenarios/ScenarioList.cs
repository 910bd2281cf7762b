namespace Paddlewheel.Perf.Scenarios;

/// <summary>Every scenario, in the order of the usage text and of the gate.</summary>
internal static class ScenarioList
{
    public static readonly IReadOnlyList<IScenario> All =
    [
        new Drain(),
        new Rate(),
        new Latency(),
        new Closed(),
        new Delayed(),
        new Backpressure(),
        new RetryStorm(),
        new Restart(),
        new CancelHalf(),
        new Soak(),
        new Adaptive(),
        new NoisyNeighbour(),
        new ZipfFunctions(),
        new LaneCost(),
        new Churn(),
    ];

    public static IScenario? Find(string name) => All.FirstOrDefault(scenario => scenario.Name == name);
}
