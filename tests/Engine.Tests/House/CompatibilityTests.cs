using System.Text.RegularExpressions;
using Xunit;

namespace Paddlewheel.Engine.Tests.House;

/// <summary>docs/compatibility.md promises a test for a row by its name: the name must be that of a test.</summary>
public sealed partial class CompatibilityTests
{
    private const string Document = "docs/compatibility.md";
    private const int Sections = 10;

    [Fact]
    public void NamedTests_Every_IsInTheSources()
    {
        HashSet<string> tests = [.. Repository.Files(".cs", "tests").SelectMany(TestsOf)];
        Assert.NotEmpty(tests);
        Assert.Contains($"{nameof(CompatibilityTests)}.{nameof(NamedTests_Every_IsInTheSources)}", tests);

        string[] named = [.. TestName().Matches(Repository.Read(Document)).Select(it => it.Groups[1].Value).Distinct()];
        Assert.NotEmpty(named);
        AssertNone(named.Where(name => !tests.Contains(name)));
    }

    [Fact]
    public void Sections_OneToTen_HaveRowsInOrderWithATestOrADecision()
    {
        List<string> wrong = [];
        HashSet<string> numbers = [];
        HashSet<int> sections = [];
        int current = 0;
        foreach (string line in Repository.Lines(Document))
        {
            if (Heading().Match(line) is { Success: true } heading)
            {
                current = int.Parse(heading.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture);
            }
            else if (Row().Match(line) is { Success: true } row)
            {
                string number = row.Groups["number"].Value;
                sections.Add(current);
                wrong.AddRange(Problems(line, number, row, current, numbers.Add(number)));
            }
            else if (line.StartsWith('|') && !TableHead().IsMatch(line))
            {
                wrong.Add($"not a row: {line}");
            }
        }

        AssertNone(wrong);
        Assert.Equal(Enumerable.Range(1, Sections), sections.Order());
    }

    private static IEnumerable<string> Problems(string line, string number, Match row, int section, bool isNew)
    {
        if (!isNew)
        {
            yield return $"twice: {number}";
        }

        if (!number.StartsWith($"{section}.", StringComparison.Ordinal))
        {
            yield return $"under heading {section}: {number}";
        }

        if (row.Groups["fact"].Value.Trim().Length == 0 || row.Groups["proof"].Value.Trim().Length == 0)
        {
            yield return $"says nothing: {line}";
        }
    }

    private static IEnumerable<string> TestsOf(string file)
    {
        string text = Repository.Read(file);
        return
            from Match type in TestClass().Matches(text)
            from Match method in TestMethod().Matches(text)
            select $"{type.Groups[1].Value}.{method.Groups[1].Value}";
    }

    private static void AssertNone(IEnumerable<string> wrong)
    {
        string list = string.Join('\n', wrong);
        Assert.True(list.Length == 0, list);
    }

    [GeneratedRegex(@"`(\w+Tests\.\w+)`")]
    private static partial Regex TestName();

    [GeneratedRegex(@"^## (\d+)\. ")]
    private static partial Regex Heading();

    [GeneratedRegex(@"^\| (?<number>\d+(\.\d+)+) \|(?<fact>[^|]*)\|(?<proof>[^|]*)\|$", RegexOptions.ExplicitCapture)]
    private static partial Regex Row();

    [GeneratedRegex(@"^\|(---\|)+$|^\| # \|")]
    private static partial Regex TableHead();

    [GeneratedRegex(@"\bclass (\w+Tests)\b")]
    private static partial Regex TestClass();

    // An attribute that makes a test, perhaps others, and then the method.
    [GeneratedRegex(@"\[(?:Fact|Theory)\b[^\n]*\n(?:[ \t]*(?:\[|//)[^\n]*\n)*[ \t]*(?:public|internal) (?:static )?(?:async )?[\w<>]+ (\w+)\(")]
    private static partial Regex TestMethod();
}
