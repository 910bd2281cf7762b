using System.Text.Json;
using System.Text.Json.Serialization;
using Paddlewheel.Perf.Scenarios;

namespace Paddlewheel.Perf.Load;

/// <summary>One result as three files: a page to look at, Markdown to quote, JSON to compare. The Markdown also goes to standard output.</summary>
internal static class Report
{
    public static async Task WriteAsync(ScenarioResult result, string folder)
    {
        string markdown = MarkdownReport.Of(result);
        Console.WriteLine(markdown);
        Directory.CreateDirectory(folder);
        string file = Path.Combine(folder, $"{result.Scenario}-{TimeProvider.System.GetUtcNow():yyyyMMdd-HHmmss}");
        await File.WriteAllTextAsync(file + ".md", markdown);
        await File.WriteAllTextAsync(file + ".html", HtmlReport.Of(result));
        await File.WriteAllTextAsync(file + ".json", ToJson(result));
        Progress.Say($"written: {file}.html, .md and .json");
    }

    public static string ToJson(ScenarioResult result) => JsonSerializer.Serialize(result, ResultJson.Default.ScenarioResult) + "\n";

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <exception cref="LoadException">It is something else.</exception>
    public static ScenarioResult Read(string file)
    {
        try
        {
            ScenarioResult? result = JsonSerializer.Deserialize(File.ReadAllText(file), ResultJson.Default.ScenarioResult);
            return result is { Schema: 1 } ? result : throw new LoadException($"{file} is not a result of this program's version");
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new LoadException($"{file} can't be read as a result: {e.Message}");
        }
    }
}

[JsonSourceGenerationOptions(
    WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(ScenarioResult))]
[JsonSerializable(typeof(RatioResult))]
[JsonSerializable(typeof(CurveBook))]
internal sealed partial class ResultJson : JsonSerializerContext;
