using System.Globalization;
using System.Text.RegularExpressions;

namespace Paddlewheel.Engine.Integration.Support;

/// <summary>A page of Prometheus text, read the way Prometheus reads it.</summary>
internal sealed partial class MetricsPage
{
    private readonly List<Sample> _samples = [];

    public MetricsPage(string text)
    {
        foreach (string line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (line.StartsWith("# TYPE ", StringComparison.Ordinal))
            {
                string[] parts = line.Split(' ');
                Types[parts[2]] = parts[3];
            }
            else if (!line.StartsWith('#') && SampleLine().Match(line) is { Success: true } match)
            {
                _samples.Add(new Sample(match.Groups["name"].Value, Labels(match.Groups["labels"].Value), Number(match.Groups["value"].Value)));
            }
        }
    }

    /// <summary>Type by name.</summary>
    public Dictionary<string, string> Types { get; } = new(StringComparer.Ordinal);

    public IReadOnlyList<Sample> Of(string name) => [.. _samples.Where(s => s.Name == name)];

    /// <summary>Sum of the series of one name whose labels fit; 0 when there is none.</summary>
    public double Sum(string name, params (string Label, string Value)[] fits) =>
        Of(name).Where(s => fits.All(f => s.Labels.GetValueOrDefault(f.Label) == f.Value)).Sum(static s => s.Value);

    private static Dictionary<string, string> Labels(string text) =>
        LabelPair().Matches(text).ToDictionary(static m => m.Groups["key"].Value, static m => m.Groups["value"].Value, StringComparer.Ordinal);

    private static double Number(string text) => text switch
    {
        "+Inf" => double.PositiveInfinity,
        "-Inf" => double.NegativeInfinity,
        _ => double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture),
    };

    [GeneratedRegex("""^(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(\{(?<labels>.*)\})?\s+(?<value>\S+)""", RegexOptions.ExplicitCapture)]
    private static partial Regex SampleLine();

    [GeneratedRegex("""(?<key>[a-zA-Z_][a-zA-Z0-9_]*)="(?<value>(\\.|[^"\\])*)""" + "\"", RegexOptions.ExplicitCapture)]
    private static partial Regex LabelPair();

    internal sealed record Sample(string Name, IReadOnlyDictionary<string, string> Labels, double Value);
}
