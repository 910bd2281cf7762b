using System.Text.RegularExpressions;

namespace Paddlewheel.Engine.Integration.Dashboards;

/// <summary>
/// The rules of Prometheus, read line by line: list items, <c>key: value</c>, and blocks after <c>|</c>. That is all the YAML that
/// the file uses; <c>promtool check rules</c> in <c>eng/dashboards</c> reads it properly and counts the same rules.
/// </summary>
internal static partial class RuleFile
{
    public const string File = "deploy/prometheus/rules.yml";

    private const int RuleIndent = 6;

    public static IReadOnlyList<Rule> OfTheRepository() => Read(System.IO.File.ReadAllLines(DeployFiles.Path(File)));

    public static IReadOnlyList<Rule> Read(IEnumerable<string> lines)
    {
        List<Rule> rules = [];
        Rule? rule = null;
        string section = "";
        string block = "";
        foreach (string line in lines.Where(static it => !it.TrimStart().StartsWith('#')))
        {
            if (block.Length > 0 && rule is not null && (line.Trim().Length == 0 || Indent(line) > RuleIndent + 2))
            {
                rule.Fields[block] = (rule.Fields[block] + "\n" + line.Trim()).Trim();
                continue;
            }

            block = "";
            if (Pair().Match(line) is not { Success: true } pair)
            {
                continue;
            }

            string key = pair.Groups["key"].Value;
            string value = Unquoted(pair.Groups["value"].Value);
            if (pair.Groups["dash"].Success && key is "alert" or "record")
            {
                rules.Add(rule = new Rule(key, value));
            }
            else if (rule is not null && Indent(line) > RuleIndent)
            {
                string path = Indent(line) > RuleIndent + 2 ? section + "." + key : key;
                section = Indent(line) > RuleIndent + 2 ? section : key;
                block = value == "|" ? path : "";
                rule.Fields[path] = value == "|" ? "" : value;
            }
        }

        return rules;
    }

    private static int Indent(string line) => line.Length - line.TrimStart().Length;

    private static string Unquoted(string value) =>
        value.Length > 1 && value[0] == '"' && value[^1] == '"' ? value[1..^1].Replace("\\\"", "\"", StringComparison.Ordinal) : value;

    [GeneratedRegex(@"^\s*(?<dash>- )?(?<key>[a-z_]+):\s*(?<value>.*?)\s*$")]
    private static partial Regex Pair();

    [GeneratedRegex(@"\$labels\.(\w+)")]
    private static partial Regex TemplateLabel();

    internal sealed record Rule(string Kind, string Name)
    {
        /// <summary>By name; those below another name as <c>annotations.summary</c>.</summary>
        public Dictionary<string, string> Fields { get; } = new(StringComparer.Ordinal);

        public string Expression => Fields.GetValueOrDefault("expr", "");

        /// <summary>Labels that the annotations take from the result.</summary>
        public IEnumerable<string> LabelsShown =>
            Fields.Where(static it => it.Key.StartsWith("annotations.", StringComparison.Ordinal)).SelectMany(static it => TemplateLabel().Matches(it.Value)).Select(static it => it.Groups[1].Value);
    }
}
