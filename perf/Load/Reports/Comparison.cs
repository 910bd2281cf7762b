using System.Globalization;
using System.Text;
using Paddlewheel.Perf.Scenarios;

namespace Paddlewheel.Perf.Load;

/// <summary>Two results side by side. Only figures of the same settings say anything about each other.</summary>
internal static class Comparison
{
    /// <summary>The settings that differ, each with both values; empty when the results can be compared.</summary>
    public static IReadOnlyList<string> Differences(ScenarioResult a, ScenarioResult b)
    {
        List<string> differences = [];
        if (a.Scenario != b.Scenario)
        {
            differences.Add($"scenario: {a.Scenario} and {b.Scenario}");
        }

        differences.AddRange(Differences(a.Settings, b.Settings));
        return differences;
    }

    /// <inheritdoc cref="Differences(ScenarioResult, ScenarioResult)"/>
    public static IEnumerable<string> Differences(IReadOnlyDictionary<string, string> a, IReadOnlyDictionary<string, string> b)
    {
        foreach (string name in a.Keys.Union(b.Keys).Order(StringComparer.Ordinal))
        {
            string left = a.GetValueOrDefault(name, "not there"), right = b.GetValueOrDefault(name, "not there");
            if (left != right)
            {
                yield return $"{name}: {left} and {right}";
            }
        }
    }

    /// <summary>A Markdown table with the ratio B to A of each figure.</summary>
    public static string Table(ScenarioResult a, ScenarioResult b)
    {
        StringBuilder text = new();
        text.Append("## ").Append(a.Scenario).AppendLine(", B against A").AppendLine();
        text.AppendLine(MarkdownReport.Settings(a)).AppendLine();
        text.AppendLine($"A: {a.Worker}, {a.Machine.At}").AppendLine($"B: {b.Worker}, {b.Machine.At}").AppendLine();
        if ((a.Machine with { At = "" }) != (b.Machine with { At = "" }))
        {
            text.AppendLine("The machines, runtimes or servers are not the same: the ratios say what they say of both together.").AppendLine();
        }

        text.AppendLine("| figure | A | B | B / A |").AppendLine("|---|---:|---:|---:|");
        foreach (Figure left in a.Figures)
        {
            if (b.Figures.Find(it => it.Name == left.Name) is { } right)
            {
                string ratio = left.Value == 0 ? "-" : (right.Value / left.Value).ToString("F2", CultureInfo.InvariantCulture);
                text.AppendLine($"| {left.Name} | {left.Text} | {right.Text} | {ratio} |");
            }
        }

        return text.AppendLine().AppendLine("A: " + MarkdownReport.Verdict(a)).AppendLine("B: " + MarkdownReport.Verdict(b)).ToString();
    }
}
