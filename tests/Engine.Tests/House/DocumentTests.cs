using System.Text.RegularExpressions;
using System.Xml.Linq;
using Xunit;

namespace Paddlewheel.Engine.Tests.House;

/// <summary>What the documents point to exists, and their lists are complete.</summary>
public sealed partial class DocumentTests
{
    [Fact]
    public void Links_IntoTheRepository_Resolve()
    {
        string broken = string.Join('\n', BrokenLinks());
        Assert.True(broken.Length == 0, broken);
    }

    [Fact]
    public void Decisions_Every_IsListed()
    {
        string list = Repository.Read("docs/adr/README.md");
        string[] missing = [.. Repository.Files(".md", "docs/adr").Select(file => Path.GetFileName(file)).Where(name => name != "README.md" && !list.Contains($"]({name})", StringComparison.Ordinal))];
        Assert.Empty(missing);
    }

    [Fact]
    public void Packages_Every_HasAReasonAndTheReverse()
    {
        string[] pinned = [.. XDocument.Parse(Repository.Read("Directory.Packages.props")).Descendants("PackageVersion").Select(it => it.Attribute("Include")!.Value).Order(StringComparer.OrdinalIgnoreCase)];
        string[] reasoned = [.. PackageRow().Matches(Repository.Read("docs/dependencies.md")).Select(row => row.Groups[1].Value).Order(StringComparer.OrdinalIgnoreCase)];
        Assert.NotEmpty(pinned);
        Assert.Equal(pinned, reasoned);
    }

    [Fact]
    public void Documents_Every_IsReachableFromTheReadme()
    {
        HashSet<string> reached = [];
        Queue<string> toRead = new(["README.md"]);
        while (toRead.TryDequeue(out string? document))
        {
            if (reached.Add(document) && document.EndsWith(".md", StringComparison.Ordinal) && File.Exists(Path.Combine(Repository.Root, document)))
            {
                Links(document).Select(link => link.Target).ToList().ForEach(toRead.Enqueue);
            }
        }

        Assert.Empty(Repository.Files(".md").Except(reached));
    }

    private static IEnumerable<string> BrokenLinks() =>
        from document in Repository.Files(".md")
        from link in Links(document)
        let path = Path.Combine(Repository.Root, link.Target)
        let problem = !File.Exists(path) && !Directory.Exists(path) ? "no such file" : link.Heading.Length > 0 && !Headings(link.Target).Contains(link.Heading) ? "no such heading" : ""
        where problem.Length > 0
        select $"{document}: {link.Written}: {problem}";

    /// <summary>Links to files of this repository, with their targets relative to its root.</summary>
    private static IEnumerable<(string Written, string Target, string Heading)> Links(string document)
    {
        foreach (Match match in Link().Matches(CodeBlock().Replace(Repository.Read(document), "")))
        {
            string written = match.Groups[1].Value;
            if (written.Contains("://", StringComparison.Ordinal) || written.StartsWith("mailto:", StringComparison.Ordinal))
            {
                continue;
            }

            string[] parts = written.Split('#', 2);
            string folder = Path.GetDirectoryName(document)!;
            string full = Path.GetFullPath(Path.Combine(Repository.Root, parts[0].Length == 0 ? document : Path.Combine(folder, parts[0])));
            yield return (written, Path.GetRelativePath(Repository.Root, full).Replace(Path.DirectorySeparatorChar, '/'), parts.Length == 2 ? parts[1] : "");
        }
    }

    /// <summary>Headings as a forge makes anchors of them: small letters, dashes for spaces, no punctuation.</summary>
    private static IEnumerable<string> Headings(string document) =>
        Repository.Lines(document).Where(line => line.StartsWith('#')).Select(line => NotInAnchor().Replace(line.TrimStart('#').Trim().ToLowerInvariant(), "").Replace(' ', '-'));

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^```.*?^```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex CodeBlock();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex NotInAnchor();

    [GeneratedRegex(@"^\| `([\w.\-]+)` \|", RegexOptions.Multiline)]
    private static partial Regex PackageRow();
}
