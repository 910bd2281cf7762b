using System.Text.RegularExpressions;

namespace Paddlewheel.Engine.Integration.Support;

/// <summary>
/// What <c>promtool check metrics</c> would object to in a page, as far as it matters to whoever queries it: names, types, help,
/// units, labels, duplicates, families torn apart.
/// </summary>
internal static partial class MetricsLint
{
    private static readonly string[] Types = ["counter", "gauge", "histogram", "summary", "untyped"];
    private static readonly string[] Suffixes = ["_bucket", "_count", "_sum"];

    private static readonly string[] UnitsToAvoid =
    [
        "milliseconds", "microseconds", "nanoseconds", "minutes", "hours", "days", "weeks", "kilobytes", "megabytes", "gigabytes", "bits",
        "percent", "ms", "us", "ns", "sec", "secs", "min", "kb", "mb", "gb", "s", "b",
    ];

    public static IReadOnlyList<string> Check(string page)
    {
        List<string> found = [];
        Dictionary<string, string> types = [];
        HashSet<string> helped = [];
        HashSet<string> series = [];
        HashSet<string> closed = [];
        string family = "";
        foreach (string line in page.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (Comment().Match(line) is { Success: true } comment)
            {
                string name = comment.Groups["name"].Value;
                string text = comment.Groups["text"].Value.Trim();
                bool isNew = comment.Groups["kind"].Value == "HELP" ? text.Length == 0 || helped.Add(name) : types.TryAdd(name, text);
                Note(!isNew, $"{name}: {comment.Groups["kind"].Value} given twice");
                Open(name);
            }
            else if (Sample().Match(line) is { Success: true } sample)
            {
                string name = sample.Groups["name"].Value;
                string owner = Owner(name, types);
                string labels = string.Join(',', Label().Matches(sample.Groups["labels"].Value).Select(static l => l.Value).Order(StringComparer.Ordinal));
                Open(owner);
                Note(!types.ContainsKey(owner), $"{name}: no type");
                Note(!series.Add(name + "{" + labels + "}"), $"{name}: series twice: {{{labels}}}");
                found.AddRange(Labels(name, sample.Groups["labels"].Value, types.GetValueOrDefault(owner, "")));
            }
            else
            {
                Note(!line.StartsWith('#'), $"not a sample: {line}");
            }
        }

        foreach ((string name, string type) in types)
        {
            Note(!helped.Contains(name), $"{name}: no help");
            found.AddRange(Name(name, type));
        }

        return found;

        void Note(bool wrong, string problem)
        {
            if (wrong)
            {
                found.Add(problem);
            }
        }

        void Open(string name)
        {
            if (name != family)
            {
                Note(closed.Contains(name), $"{name}: its lines are not together");
                closed.Add(family);
                family = name;
            }
        }
    }

    private static IEnumerable<string> Name(string name, string type)
    {
        string[] words = name.Split('_');
        if (!Types.Contains(type))
        {
            yield return $"{name}: unknown type {type}";
        }

        if ((type == "counter") != name.EndsWith("_total", StringComparison.Ordinal))
        {
            yield return $"{name}: {type} and _total do not go together";
        }

        if (type is not ("histogram" or "summary") && Suffixes.Any(suffix => name.EndsWith(suffix, StringComparison.Ordinal)))
        {
            yield return $"{name}: suffix of a histogram";
        }

        if (!SnakeCase().IsMatch(name))
        {
            yield return $"{name}: not snake case";
        }

        if (words.Any(word => Types.Contains(word)))
        {
            yield return $"{name}: names its type";
        }

        if (words.Any(word => UnitsToAvoid.Contains(word)))
        {
            yield return $"{name}: not a base unit";
        }
    }

    private static IEnumerable<string> Labels(string name, string labels, string type)
    {
        string rest = Label().Replace(labels, "").Trim(',', ' ');
        if (rest.Length > 0)
        {
            yield return $"{name}: labels cannot be read: {rest}";
        }

        foreach (string label in Label().Matches(labels).Select(static l => l.Groups["label"].Value))
        {
            if (!SnakeCase().IsMatch(label) || label.StartsWith("__", StringComparison.Ordinal))
            {
                yield return $"{name}: bad label name {label}";
            }

            if ((label == "le" && type != "histogram") || (label == "quantile" && type != "summary"))
            {
                yield return $"{name}: label {label} on a {type}";
            }
        }
    }

    private static string Owner(string sample, Dictionary<string, string> types)
    {
        string? suffix = Suffixes.FirstOrDefault(it => sample.EndsWith(it, StringComparison.Ordinal));
        string without = suffix is null ? sample : sample[..^suffix.Length];
        return types.GetValueOrDefault(without) is "histogram" or "summary" ? without : sample;
    }

    [GeneratedRegex(@"^# (?<kind>HELP|TYPE) (?<name>\S+) ?(?<text>.*)$", RegexOptions.ExplicitCapture)]
    private static partial Regex Comment();

    [GeneratedRegex("""^(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(\{(?<labels>.*)\})? (\+Inf|-Inf|NaN|[-+0-9.eE]+)( [0-9]+)?$""", RegexOptions.ExplicitCapture)]
    private static partial Regex Sample();

    [GeneratedRegex("""(?<label>[^=,{}"\s]+)="(\\[\\"n]|[^"\\\n])*["]""", RegexOptions.ExplicitCapture)]
    private static partial Regex Label();

    [GeneratedRegex("^[a-z_][a-z0-9_]*$")]
    private static partial Regex SnakeCase();
}
