using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Paddlewheel.Perf.Load;

/// <summary>Markdown for people, JSON for comparing; the Markdown also goes to standard output.</summary>
internal static class Report
{
    public static async Task WriteAsync(LoadResult result, string folder)
    {
        string markdown = Markdown(result);
        Console.WriteLine(markdown);
        Directory.CreateDirectory(folder);
        string file = Path.Combine(folder, $"{result.Settings["scenario"]}-{TimeProvider.System.GetUtcNow():yyyyMMdd-HHmmss}");
        await File.WriteAllTextAsync(file + ".md", markdown);
        await File.WriteAllTextAsync(file + ".json", JsonSerializer.Serialize(result, ResultJson.Default.LoadResult) + "\n");
        Progress.Say($"written: {file}.md and .json");
    }

    private static string Markdown(LoadResult result)
    {
        StringBuilder text = new();
        text.Append("## ").AppendLine(string.Join(", ", result.Settings.Select(static s => $"{s.Key} {s.Value}")));
        text.Append("nats-server ").Append(result.NatsServer).Append(", ").AppendLine(result.Runtime).AppendLine();
        text.AppendLine("| figure | value |").AppendLine("|---|---:|");
        foreach (Figure figure in result.Figures)
        {
            text.Append("| ").Append(figure.Name).Append(" | ").Append(figure.Text).AppendLine(" |");
        }

        text.AppendLine().Append(result.Problems.Count == 0 ? "every message invoked exactly once" : "FAILED: " + string.Join("; ", result.Problems));
        return text.AppendLine().ToString();
    }
}

[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(LoadResult))]
internal sealed partial class ResultJson : JsonSerializerContext;
