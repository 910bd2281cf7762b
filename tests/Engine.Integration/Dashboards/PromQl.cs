using System.Text.RegularExpressions;

namespace Paddlewheel.Engine.Integration.Dashboards;

/// <summary>
/// What a PromQL expression asks for: metric names with their matchers, and the labels it groups or matches by. Not a parser of the
/// language: Prometheus itself judges the syntax (<c>eng/dashboards</c>); this finds names that are not there.
/// </summary>
internal sealed partial class PromQl
{
    private static readonly HashSet<string> Grouping = ["by", "without", "on", "ignoring", "group_left", "group_right"];
    private static readonly HashSet<string> Words = ["and", "or", "unless", "bool", "inf", "nan"];

    private readonly List<Selector> _selectors = [];
    private readonly HashSet<string> _groups = [];
    private readonly HashSet<string> _made = [];

    private PromQl(string text) => Text = text;

    public string Text { get; }

    public IReadOnlyList<Selector> Selectors => _selectors;

    /// <summary>Labels in <c>by (...)</c> and its kin.</summary>
    public IReadOnlyCollection<string> Groups => _groups;

    /// <summary>Labels that <c>label_replace</c> writes.</summary>
    public IReadOnlyCollection<string> Made => _made;

    /// <param name="text">The expression, its variables already replaced.</param>
    /// <exception cref="FormatException">Something in it is no token of PromQL.</exception>
    public static PromQl Parse(string text)
    {
        var result = new PromQl(text);
        string[] tokens = [.. Tokens(text)];
        for (int i = 0; i < tokens.Length; i++)
        {
            string next = i + 1 < tokens.Length ? tokens[i + 1] : "";
            if (!Identifier().IsMatch(tokens[i]))
            {
                continue;
            }

            if (Grouping.Contains(tokens[i]))
            {
                i = ReadGroup(tokens, i + 1, result._groups);
            }
            else if (tokens[i] == "label_replace")
            {
                result._made.Add(tokens.Skip(i).First(static token => token.StartsWith('"')).Trim('"'));
            }
            else if (next != "(" && !Grouping.Contains(next) && !Words.Contains(tokens[i].ToLowerInvariant()))
            {
                i = result.ReadSelector(tokens, i);
            }
        }

        return result;
    }

    private static int ReadGroup(string[] tokens, int open, HashSet<string> into)
    {
        if (open >= tokens.Length || tokens[open] != "(")
        {
            return open - 1;
        }

        int close = Array.IndexOf(tokens, ")", open);
        into.UnionWith(tokens[(open + 1)..close].Where(static token => token != ","));
        return close;
    }

    private int ReadSelector(string[] tokens, int name)
    {
        List<Matcher> matchers = [];
        int last = name;
        if (name + 1 < tokens.Length && tokens[name + 1] == "{")
        {
            last = Array.IndexOf(tokens, "}", name);
            string[] inside = [.. tokens[(name + 2)..last].Where(static token => token != ",")];
            matchers = [.. inside.Chunk(3).Select(static it => new Matcher(it[0], it[1], it[2].Trim('"')))];
        }

        _selectors.Add(new Selector(tokens[name], matchers));
        return last;
    }

    private static IEnumerable<string> Tokens(string text)
    {
        int at = 0;
        while (at < text.Length)
        {
            Match match = Token().Match(text, at);
            if (!match.Success)
            {
                throw new FormatException($"not PromQL at '{text[at..]}' in: {text}");
            }

            at += match.Length;
            if (match.Groups["token"].Success)
            {
                yield return match.Groups["token"].Value;
            }
        }
    }

    // Blanks, ranges and offsets are passed over; a number may not run into a name.
    [GeneratedRegex("""\G(\s+|\[[0-9a-z:]+\]|offset\s+[0-9][0-9a-z]*|(?<token>"(\\.|[^"\\])*"|[a-zA-Z_:][a-zA-Z0-9_:]*|[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+)?(?![a-zA-Z_])|=~|!~|!=|==|>=|<=|[-+*/%^<>=(){},]))""", RegexOptions.ExplicitCapture)]
    private static partial Regex Token();

    [GeneratedRegex("^[a-zA-Z_:][a-zA-Z0-9_:]*$")]
    private static partial Regex Identifier();

    internal sealed record Matcher(string Label, string Operator, string Value)
    {
        /// <summary>Whether a series with this value of the label is chosen; an absent label is empty.</summary>
        public bool Fits(string actual) => Operator switch
        {
            "=" => actual == Value,
            "!=" => actual != Value,
            "=~" => Regex.IsMatch(actual, $"^(?:{Value})$"),
            _ => !Regex.IsMatch(actual, $"^(?:{Value})$"),
        };
    }

    internal sealed record Selector(string Name, IReadOnlyList<Matcher> Matchers);
}
