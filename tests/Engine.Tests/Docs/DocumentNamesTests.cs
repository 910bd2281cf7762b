using System.Text.RegularExpressions;
using Paddlewheel.Engine.Telemetry;
using Paddlewheel.Engine.Tests.House;
using Xunit;
using Table = Paddlewheel.Host.Configuration.Settings;

namespace Paddlewheel.Engine.Tests.Docs;

/// <summary>Names in the documents are names in the code: settings, metrics, labels, their values.</summary>
public sealed partial class DocumentNamesTests
{
    /// <summary>Names of others, with where they come from.</summary>
    private static readonly HashSet<string> OfOthers =
    [
        // NATS
        "max_ack_pending", "max_deliver", "max_payload", "sync_interval",

        // of-watchdog
        "exec_timeout",

        // Prometheus: rules, and a label that its scrape adds
        "rule_files", "runbook_url", "kubernetes_pod_name",
    ];

    /// <summary>Metrics of the runtime that docs/metrics.md names by prefix.</summary>
    private static readonly string[] RuntimePrefixes = ["process_", "dotnet_"];

    [Fact]
    public void SnakeCaseWords_InCode_AreSettingsMetricsOrTheirValues()
    {
        HashSet<string> known = [.. Settings(), .. Metrics(), .. LabelsAndValues(), .. OfOthers];
        AssertNone(
            from code in Documents.AllCode()
            from Match word in SnakeCase().Matches(code.Text)
            where !known.Contains(word.Value) && !RuntimePrefixes.Any(it => word.Value.StartsWith(it, StringComparison.Ordinal))
            select $"{code.Document}:{code.Line}: {word.Value} in: {code.Text}");
    }

    [Fact]
    public void Metrics_WithMatchersInCode_HaveThoseLabels()
    {
        Dictionary<string, string[]> labels = MetricCatalogue.All.ToDictionary(static it => it.Name, static it => it.Labels);
        AssertNone(
            from code in Documents.AllCode()
            from Match use in Matchers().Matches(code.Text)
            from Match matcher in Matcher().Matches(use.Groups["matchers"].Value)
            where !labels.TryGetValue(use.Groups["name"].Value, out string[]? own) || !own.Contains(matcher.Groups["label"].Value)
            select $"{code}: {use.Value}");
    }

    [Fact]
    public void OthersNames_Every_IsUsed()
    {
        string all = string.Join('\n', Documents.Files.Select(Repository.Read));
        AssertNone(OfOthers.Where(name => !Regex.IsMatch(all, $@"\b{name}\b")));
    }

    private static IEnumerable<string> Settings() =>
        [.. Table.All.Select(static it => it.Name), .. Table.All.SelectMany(static it => it.Aliases), .. Table.Ignored];

    private static IEnumerable<string> Metrics() =>
        [.. MetricCatalogue.All.Select(static it => it.Name), .. MetricCatalogue.All.Where(static it => it.Type == "histogram").SelectMany(static it => (string[])[it.Name + "_bucket", it.Name + "_sum", it.Name + "_count"])];

    // Values of labels are constants in the sources, never text from a message.
    private static IEnumerable<string> LabelsAndValues() =>
    [
        .. MetricCatalogue.All.SelectMany(static it => it.Labels),
        .. Repository.Files(".cs", "src/Engine").SelectMany(static file => Slug().Matches(Repository.Read(file))).Select(static it => it.Groups[1].Value),
    ];

    private static void AssertNone(IEnumerable<string> wrong)
    {
        string list = string.Join('\n', wrong);
        Assert.True(list.Length == 0, list);
    }

    [GeneratedRegex(@"(?<![\w./$:%-])[a-z][a-z0-9]*(?:_[a-z0-9]+)+(?![\w/(])(?!\.[a-z])")]
    private static partial Regex SnakeCase();

    [GeneratedRegex("""(?<name>\b[a-z]+(_[a-z]+)+)\{(?<matchers>[^}]*)\}""")]
    private static partial Regex Matchers();

    [GeneratedRegex("""(?<label>\w+)\s*(=~|!=|=)""")]
    private static partial Regex Matcher();

    [GeneratedRegex("\"([a-z]+(?:_[a-z]+)*)\"")]
    private static partial Regex Slug();
}
