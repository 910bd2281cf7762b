using Paddlewheel.Perf.Scenarios;

namespace Paddlewheel.Perf.NBomberRun;

/// <summary>The scenarios' site and workers, with NBomber's clock and reports.</summary>
internal static class Program
{
    private static async Task<int> Main(string[] arguments)
    {
        if (!ToolPlan.TryParse(arguments, out ToolPlan plan, out string problem))
        {
            Console.Error.WriteLine(problem);
            return 2;
        }

        using CancellationTokenSource stop = new();
        await using CallSession session = await CallSession.StartAsync(plan, stop.Token);

        // NBomber's Run blocks until it is done; it has threads of its own.
        long failed = Adapter.Run(plan, session.CallAsync, stop.Token);
        IReadOnlyList<string> problems = await session.FinishAsync(stop.Token);
        foreach (string line in problems)
        {
            Console.Error.WriteLine(line);
        }

        Console.Error.WriteLine(failed == 0 && problems.Count == 0 ? "every message invoked exactly once" : $"FAILED: {failed} calls, {problems.Count} problems");
        return failed == 0 && problems.Count == 0 ? 0 : 1;
    }
}
