using Paddlewheel.Host.Dev;
using Paddlewheel.Perf.Scenarios;

namespace Paddlewheel.Perf.Load;

/// <summary>
/// Every scenario in its short form, for CI. What is judged is correctness only: how fast a shared machine is on a day says nothing,
/// a message that is lost or runs twice says all.
/// </summary>
internal static class GateCommand
{
    public static IReadOnlyList<Setting> Settings { get; } =
    [
        Setting.Text("only", "all", "scenarios, with commas"),
        Setting.Number("lose", 0, "sabotage: so many calls of each scenario are never published, which must fail the gate"),
        Setting.File("worker", "worker executable; without it the one built with this program"),
        Commands.Out,
    ];

    public static async Task<int> RunAsync(ScenarioSettings settings, CancellationToken stop)
    {
        string[] only = settings.Text("only").Split(',');
        IScenario[] scenarios = [.. ScenarioList.All.Where(it => only is ["all"] || only.Contains(it.Name))];
        if (scenarios.Length == 0)
        {
            throw new LoadException($"--only {settings.Text("only")} names no scenario");
        }

        GateTable table = new();
        string folder = Path.Combine(settings.Text(Commands.Out.Name), "gate");
        Directory.CreateDirectory(folder);
        foreach (IScenario scenario in scenarios)
        {
            Progress.Say($"--- {scenario.Name}: {scenario.What}");
            long started = TimeProvider.System.GetTimestamp();
            ScenarioResult? result = null;
            string? failure = null;
            try
            {
                result = await scenario.RunAsync(new ScenarioContext(scenario, Short(scenario, settings)), stop);
                await File.WriteAllTextAsync(Path.Combine(folder, scenario.Name + ".json"), Report.ToJson(result), stop);
                await File.WriteAllTextAsync(Path.Combine(folder, scenario.Name + ".html"), HtmlReport.Of(result), stop);
            }
            catch (Exception e) when (e is LoadException or NatsServerUnavailableException or TimeoutException)
            {
                failure = e.Message;
            }

            table.Add(scenario.Name, result, failure, TimeProvider.System.GetElapsedTime(started));
        }

        string markdown = table.ToString();
        Console.WriteLine(markdown);
        await File.WriteAllTextAsync(Path.Combine(folder, "gate.md"), markdown, stop);
        return table.Failed == 0 ? 0 : 1;
    }

    private static ScenarioSettings Short(IScenario scenario, ScenarioSettings settings)
    {
        string[] worker = settings.Text("worker") is { Length: > 0 } path ? ["--worker", path] : [];
        return ScenarioSettings.TryParse(ScenarioSettings.AllOf(scenario), ["--lose", settings.Text("lose"), .. worker], quick: true, out ScenarioSettings values, out string problem)
            ? values
            : throw new LoadException(problem);
    }
}
