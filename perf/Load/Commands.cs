using Paddlewheel.Perf.Scenarios;

namespace Paddlewheel.Perf.Load;

/// <summary>The words of the command line.</summary>
internal static class Commands
{
    /// <summary>Exit code: 0 all is well, 1 a problem, 2 not understood.</summary>
    public static async Task<int> RunAsync(string[] arguments, CancellationToken stop)
    {
        string word = arguments.FirstOrDefault("");
        if (ScenarioList.Find(word) is { } scenario)
        {
            return await OneAsync(scenario, arguments[1..], stop);
        }

        return Wrong("which scenario or command?");
    }

    private static async Task<int> OneAsync(IScenario scenario, string[] arguments, CancellationToken stop)
    {
        string folder = Options.Take(ref arguments, "--out") ?? Path.Combine("artifacts", "load");
        if (!ScenarioSettings.TryParse(scenario, arguments, quick: false, out ScenarioSettings settings, out string problem))
        {
            return Wrong(problem);
        }

        ScenarioResult result = await scenario.RunAsync(new ScenarioContext(scenario, settings), stop);
        await Report.WriteAsync(result, folder);
        return result.Problems.Count == 0 ? 0 : 1;
    }

    private static int Wrong(string problem)
    {
        Console.Error.WriteLine(problem);
        Console.Error.WriteLine(Usage.Text());
        return 2;
    }
}
