using System.Text.RegularExpressions;
using Paddlewheel.Engine.Tests.House;

namespace Paddlewheel.Engine.Tests.Docs;

/// <summary>The documents as a reader copies from them: what stands in code, with the place it stands at.</summary>
internal static partial class Documents
{
    /// <summary>Decisions speak of what was considered too, so their names are not promises.</summary>
    private const string Decisions = "docs/adr/";

    public static IReadOnlyList<string> Files { get; } = [.. Repository.Files(".md").Where(static it => !it.StartsWith(Decisions, StringComparison.Ordinal))];

    /// <summary>Lines of fenced blocks and code spans, each with document and line.</summary>
    public static IEnumerable<Code> AllCode() => Files.SelectMany(CodeOf);

    public static IEnumerable<Code> CodeOf(string document)
    {
        string? fence = null;
        string[] lines = Repository.Lines(document);
        for (int i = 0; i < lines.Length; i++)
        {
            if (Fence().Match(lines[i]) is { Success: true } match)
            {
                fence = fence is null ? match.Groups[1].Value : null;
            }
            else if (fence is not null)
            {
                yield return new Code(document, i + 1, fence, lines[i].Trim());
            }
            else
            {
                foreach (Match span in Span().Matches(lines[i]))
                {
                    yield return new Code(document, i + 1, "span", span.Groups[1].Value);
                }
            }
        }
    }

    [GeneratedRegex(@"^\s*```(\w*)")]
    private static partial Regex Fence();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Span();

    /// <param name="Document">Path from the root.</param>
    /// <param name="Line">From 1.</param>
    /// <param name="Kind">Language of the block, empty without one, or <c>span</c>.</param>
    /// <param name="Text">One line of it.</param>
    internal sealed record Code(string Document, int Line, string Kind, string Text)
    {
        public override string ToString() => $"{Document}:{Line}: {Text}";
    }
}
