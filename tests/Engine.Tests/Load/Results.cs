using Paddlewheel.Perf.Scenarios;

namespace Paddlewheel.Engine.Tests.Load;

internal static class Results
{
    /// <summary>A small result with everything in it.</summary>
    public static ScenarioResult Of(string scenario, double perSecond = 1000, string body = "1024", string worker = "built with this program")
    {
        ScenarioResult result = new()
        {
            Scenario = scenario,
            Settings = new SortedDictionary<string, string>(StringComparer.Ordinal) { ["body"] = body, ["max-inflight"] = "64" },
            Worker = worker,
            Machine = new Machine("2.15.1", ".NET 10", "Linux", "a processor", 2, 8, "2026-01-02 03:04:05Z"),
        };
        result.Add("messages/s", perSecond, "F0");
        result.Add("worker CPU, us/run", 20, "F1");
        result.Samples.Add(new Sample(0, 0, 0, 0, 50));
        result.Samples.Add(new Sample(1, 1000, 3, 0.5, 60));
        result.Samples.Add(new Sample(2, 2500, 2, 1.5, 61));
        result.Distributions.Add(new Distribution("planned to function", 10, [new PercentilePoint(50, 1), new PercentilePoint(99, 4), new PercentilePoint(100, 9)]));
        return result;
    }
}
