using System.Text;
using Paddlewheel.Perf.Scenarios;

namespace Paddlewheel.Perf.Load;

/// <summary>A result as a Markdown section.</summary>
internal static class MarkdownReport
{
    public const string AllWell = "every message invoked as often as it had to be, nothing left, every worker left in good order";

    public static string Of(ScenarioResult result)
    {
        StringBuilder text = new();
        Machine machine = result.Machine;
        text.Append("## ").AppendLine(result.Scenario).AppendLine();
        text.AppendLine(Settings(result));
        text.AppendLine($"worker: {result.Worker}; nats-server {machine.NatsServer}; {machine.Runtime}; {machine.Processors} processors ({machine.Processor}); {machine.At}").AppendLine();
        text.AppendLine("| figure | value |").AppendLine("|---|---:|");
        foreach (Figure figure in result.Figures)
        {
            text.AppendLine($"| {figure.Name} | {figure.Text} |");
        }

        return text.AppendLine().AppendLine(Verdict(result)).ToString();
    }

    public static string Settings(ScenarioResult result) => string.Join(", ", result.Settings.Where(static s => s.Value.Length > 0).Select(static s => $"{s.Key} {s.Value}"));

    public static string Verdict(ScenarioResult result) => result.Problems.Count == 0 ? AllWell : "FAILED: " + string.Join("; ", result.Problems);
}
