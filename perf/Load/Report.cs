using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Paddlewheel.Perf.Scenarios;

namespace Paddlewheel.Perf.Load;

/// <summary>Markdown for people, JSON for comparing; the Markdown also goes to standard output.</summary>
internal static class Report
{
    public static async Task WriteAsync(ScenarioResult result, string folder)
    {
        string markdown = Markdown(result);
        Console.WriteLine(markdown);
        Directory.CreateDirectory(folder);
        string file = Path.Combine(folder, $"{result.Scenario}-{TimeProvider.System.GetUtcNow():yyyyMMdd-HHmmss}");
        await File.WriteAllTextAsync(file + ".md", markdown);
        await File.WriteAllTextAsync(file + ".json", JsonSerializer.Serialize(result, ResultJson.Default.ScenarioResult) + "\n");
        Progress.Say($"written: {file}.md and .json");
    }

    private static string Markdown(ScenarioResult result)
    {
        StringBuilder text = new();
        text.Append("## ").Append(result.Scenario).Append(": ").AppendLine(string.Join(", ", result.Settings.Select(static s => $"{s.Key} {s.Value}")));
        text.Append("nats-server ").Append(result.Machine.NatsServer).Append(", ").AppendLine(result.Machine.Runtime).AppendLine();
        text.AppendLine("| figure | value |").AppendLine("|---|---:|");
        foreach (Figure figure in result.Figures)
        {
            text.Append("| ").Append(figure.Name).Append(" | ").Append(figure.Text).AppendLine(" |");
        }

        text.AppendLine().Append(result.Problems.Count == 0 ? "every message invoked as often as it had to be" : "FAILED: " + string.Join("; ", result.Problems));
        return text.AppendLine().ToString();
    }
}

[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ScenarioResult))]
internal sealed partial class ResultJson : JsonSerializerContext;
