using Paddlewheel.Perf.Scenarios;

namespace Paddlewheel.Perf.Load;

/// <summary>The words of the command line.</summary>
internal static class Commands
{
    /// <summary>Exit code: 0 all is well, 1 a problem, 2 not understood, or not comparable.</summary>
    public static async Task<int> RunAsync(string[] arguments, CancellationToken stop) => arguments switch
    {
        ["gate", .. string[] rest] => await WithAsync(GateCommand.Settings, rest, settings => GateCommand.RunAsync(settings, stop)),
        ["ratio", .. string[] rest] => await WithAsync(RatioCommand.Settings, rest, settings => RatioCommand.RunAsync(settings, stop)),
        ["curves", .. string[] rest] => await WithAsync(CurvesCommand.Settings, [.. rest.Where(static it => it != "--quick")], settings => CurvesCommand.RunAsync(settings, stop), rest.Contains("--quick")),
        ["compare", string a, string b] => Compare(a, b),
        [string word, .. string[] rest] when ScenarioList.Find(word) is { } scenario => await WithAsync(
            [.. ScenarioSettings.AllOf(scenario), Out], rest, settings => OneAsync(scenario, settings, stop)),
        _ => Wrong("which scenario or command?"),
    };

    /// <summary>Where reports go.</summary>
    public static Setting Out { get; } = Setting.Text("out", Path.Combine("artifacts", "load"), "folder for the reports");

    private static async Task<int> OneAsync(IScenario scenario, ScenarioSettings settings, CancellationToken stop)
    {
        ScenarioResult result = await scenario.RunAsync(new ScenarioContext(scenario, settings), stop);
        await Report.WriteAsync(result, settings.Text(Out.Name));
        return result.Problems.Count == 0 ? 0 : 1;
    }

    private static async Task<int> WithAsync(IReadOnlyList<Setting> all, string[] arguments, Func<ScenarioSettings, Task<int>> run, bool quick = false) =>
        ScenarioSettings.TryParse(all, arguments, quick, out ScenarioSettings settings, out string problem) ? await run(settings) : Wrong(problem);

    private static int Compare(string fileA, string fileB)
    {
        ScenarioResult a = Report.Read(fileA), b = Report.Read(fileB);
        if (Comparison.Differences(a, b) is { Count: > 0 } differences)
        {
            Console.Error.WriteLine("these two can't be compared, their settings differ:");
            foreach (string difference in differences)
            {
                Console.Error.WriteLine("  " + difference);
            }

            return 2;
        }

        Console.WriteLine(Comparison.Table(a, b));
        return 0;
    }

    private static int Wrong(string problem)
    {
        Console.Error.WriteLine(problem);
        Console.Error.WriteLine(Usage.Text());
        return 2;
    }
}
