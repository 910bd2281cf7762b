using System.Text.Json;
using System.Text.RegularExpressions;

namespace Paddlewheel.Engine.Integration.Dashboards;

/// <summary>The Grafana dashboard as far as it asks Prometheus something.</summary>
internal sealed partial class Dashboard
{
    public const string File = "deploy/grafana/paddlewheel.json";

    private readonly JsonElement _root;

    public Dashboard(string json)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        _root = document.RootElement.Clone();
    }

    public static Dashboard OfTheRepository() => new(System.IO.File.ReadAllText(DeployFiles.Path(File)));

    /// <summary>Panels in their order, row headings among them.</summary>
    public IReadOnlyList<Panel> Panels => [.. _root.GetProperty("panels").EnumerateArray().Select(static panel => new Panel(panel))];

    /// <summary>The <c>label_values</c> behind each variable: a selector and a label.</summary>
    public IReadOnlyList<(string Name, string Selector, string Label)> Variables =>
    [
        .. from variable in _root.GetProperty("templating").GetProperty("list").EnumerateArray()
           where variable.GetProperty("type").GetString() == "query"
           let match = LabelValues().Match(variable.GetProperty("query").GetProperty("query").GetString()!)
           select (variable.GetProperty("name").GetString()!, match.Groups["selector"].Value, match.Groups["label"].Value),
    ];

    /// <summary>An expression as Grafana sends it with everything chosen.</summary>
    public static string WithVariables(string expression, string interval = "1m") =>
        Variable().Replace(expression, it => it.Value == "$__rate_interval" ? interval : ".*");

    [GeneratedRegex(@"^label_values\((?<selector>.+), (?<label>\w+)\)$")]
    private static partial Regex LabelValues();

    [GeneratedRegex(@"\$\w+")]
    private static partial Regex Variable();

    [GeneratedRegex(@"\{\{(\w+)\}\}")]
    private static partial Regex LegendLabel();

    internal sealed class Panel(JsonElement json)
    {
        public int Id => json.GetProperty("id").GetInt32();

        public string Title => json.GetProperty("title").GetString()!;

        public string Type => json.GetProperty("type").GetString()!;

        public string Description => json.TryGetProperty("description", out JsonElement text) ? text.GetString()! : "";

        public string Unit => Type == "heatmap" ? "s" : json.GetProperty("fieldConfig").GetProperty("defaults").GetProperty("unit").GetString()!;

        public bool IsStacked => Type == "timeseries"
            && json.GetProperty("fieldConfig").GetProperty("defaults").GetProperty("custom").GetProperty("stacking").GetProperty("mode").GetString() == "normal";

        /// <summary>Grid of 24 columns.</summary>
        public (int X, int Y, int W, int H) Place
        {
            get
            {
                JsonElement at = json.GetProperty("gridPos");
                return (at.GetProperty("x").GetInt32(), at.GetProperty("y").GetInt32(), at.GetProperty("w").GetInt32(), at.GetProperty("h").GetInt32());
            }
        }

        public IReadOnlyList<(string Expression, string Legend)> Queries => json.TryGetProperty("targets", out JsonElement targets)
            ? [.. targets.EnumerateArray().Select(static it => (it.GetProperty("expr").GetString()!, it.GetProperty("legendFormat").GetString()!))]
            : [];

        /// <summary>Labels that a legend shows.</summary>
        public static IEnumerable<string> LabelsOf(string legend) => LegendLabel().Matches(legend).Select(static it => it.Groups[1].Value);

        /// <summary>A legend with the labels of one series put in.</summary>
        public static string Legend(string format, IReadOnlyDictionary<string, string> labels) =>
            LegendLabel().Replace(format, it => labels.GetValueOrDefault(it.Groups[1].Value, ""));
    }
}
