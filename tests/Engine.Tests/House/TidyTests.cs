using System.Text.RegularExpressions;
using Xunit;

namespace Paddlewheel.Engine.Tests.House;

/// <summary>The house rules of CONTRIBUTING.md that a machine can check in the code.</summary>
public sealed partial class TidyTests
{
    private const int MostLines = 250;

    /// <summary>The functions of the tests are slow on purpose there: the wait is what is tested, nobody waits for it to be over.</summary>
    private static readonly string[] MayWait = ["tests/Engine.Integration/Support/Behaviours.cs"];

    [Fact]
    public void Sources_AnyFile_IsAtMost250Lines() =>
        AssertNone(Sources().Select(file => (file, lines: Repository.Lines(file).Length)).Where(it => it.lines > MostLines).Select(it => $"{it.file}: {it.lines} lines"));

    [Fact]
    public void Tests_AnyFile_WaitsForASignalNotForTime() =>
        AssertNone(Hits(Sources("tests").Except(MayWait), Wait()));

    [Fact]
    public void Sources_AnyFile_HasNothingUnfinished() => AssertNone(Hits(Sources(), Unfinished()));

    [Fact]
    public void Tests_Skipped_SayWhy() => AssertNone(Hits(Sources("tests"), SkipWithoutReason()));

    [Fact]
    public void Sources_NamingADecision_NameOneThatIsWritten()
    {
        string[] written = [.. Repository.Files(".md", "docs/adr").Select(file => Path.GetFileName(file)[..4])];
        AssertNone(
            from file in Sources()
            from Match match in Decision().Matches(Repository.Read(file))
            where !written.Contains(match.Groups[1].Value.PadLeft(4, '0'))
            select $"{file}: {match.Value}");
    }

    private static IEnumerable<string> Sources(params string[] folders) => Repository.Files(".cs", folders.Length == 0 ? ["src", "tests", "perf"] : folders);

    private static IEnumerable<string> Hits(IEnumerable<string> files, Regex wrong) =>
        from file in files
        from line in Repository.Lines(file).Select((text, index) => (text, number: index + 1))
        where wrong.IsMatch(line.text)
        select $"{file}:{line.number}: {line.text.Trim()}";

    private static void AssertNone(IEnumerable<string> wrong)
    {
        // A comparison would cut the list short.
        string list = string.Join('\n', wrong);
        Assert.True(list.Length == 0, list);
    }

    // Written so that this file does not find itself.
    [GeneratedRegex(@"\b(Thread\.(Sleep|SpinWait)|Task\.(Delay))\(")]
    private static partial Regex Wait();

    [GeneratedRegex(@"\bNot(Implemented)Exception\b|\b(TO(DO)|FIX(ME)|HA(CK))\b")]
    private static partial Regex Unfinished();

    // A reason is words: a constant's name or a single word says nothing to whoever reads the report.
    [GeneratedRegex(@"\bSkip\s*=(?!\s*""[^""]+ [^""]+"")|\bAssert\.Skip\w*\(.*""""\s*\);")]
    private static partial Regex SkipWithoutReason();

    [GeneratedRegex(@"\bADR (\d+)\b")]
    private static partial Regex Decision();
}
