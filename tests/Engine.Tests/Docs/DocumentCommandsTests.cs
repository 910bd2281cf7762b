using System.Text.RegularExpressions;
using Paddlewheel.Engine.Tests.House;
using Paddlewheel.Host.Configuration;
using Xunit;

namespace Paddlewheel.Engine.Tests.Docs;

/// <summary>Commands in the documents are commands: of the executable, of the load program, and files that are there.</summary>
public sealed partial class DocumentCommandsTests
{
    [Fact]
    public void Executable_WordsAndFlags_AreKnown()
    {
        (Documents.Code Code, string[] Arguments)[] uses = [.. from code in Documents.AllCode() from Match use in Use().Matches(code.Text) select (code, use.Groups["rest"].Value.Split(' ', StringSplitOptions.RemoveEmptyEntries))];
        Assert.Contains(uses, static it => it.Arguments is ["check"]);
        AssertNone(
            from use in uses
            let line = CommandLine.Parse(use.Arguments)
            where line.Error is not null || line.Warnings.Count > 0
            select $"{use.Code}: {line.Error ?? string.Join(", ", line.Warnings)}");
    }

    [Fact]
    public void Flags_InCode_AreKnown() => AssertNone(
        from code in Documents.AllCode()
        where OwnFlag().IsMatch(code.Text) && CommandLine.Parse([code.Text]).Warnings.Count > 0
        select code.ToString());

    [Fact]
    public void Projects_AfterProject_AreThere() => AssertNone(
        from code in Documents.AllCode()
        from Match project in Project().Matches(code.Text)
        where !Directory.Exists(Path.Combine(Repository.Root, project.Groups[1].Value))
        select code.ToString());

    [Fact]
    public void LoadProgram_Options_AreKnown()
    {
        string source = string.Concat(Repository.Files(".cs", "perf/Load", "perf/Scenarios").Select(Repository.Read));
        AssertNone(
            from code in Documents.AllCode()
            where code.Text.Contains("perf/Load --", StringComparison.Ordinal)
            from Match option in Option().Matches(code.Text[code.Text.IndexOf("perf/Load --", StringComparison.Ordinal)..])
            where !source.Contains($"\"{option.Value}\"", StringComparison.Ordinal) && !Regex.IsMatch(source, $@"Setting\.\w+\(""{option.Value[2..]}""")
            select $"{code}: {option.Value}");
    }

    [Fact]
    public void Paths_InCode_AreThere() => AssertNone(
        from code in Documents.AllCode()
        from Match path in OurPath().Matches(code.Text)
        let full = Path.Combine(Repository.Root, path.Value)
        where !File.Exists(full) && !Directory.Exists(full)
        select $"{code}: {path.Value}");

    [Fact]
    public void Variables_OfTestsAndTools_AreRead()
    {
        string source = string.Concat(Repository.Files(".cs", "src", "tests", "perf").Concat(["eng/dashboards", "eng/publish", ".ci/run"]).Select(Repository.Read));
        AssertNone(
            from code in Documents.AllCode()
            from Match variable in ToolVariable().Matches(code.Text)
            where !source.Contains(variable.Value, StringComparison.Ordinal)
            select $"{code}: {variable.Value}");
    }

    private static void AssertNone(IEnumerable<string> wrong)
    {
        string list = string.Join('\n', wrong);
        Assert.True(list.Length == 0, list);
    }

    // After the name, or after the project that is it; in JSON too. An image's name has a slash before and a colon after.
    [GeneratedRegex("""(?:(?<![/\w])jetstream-queue-worker(?=\s|$)|dotnet run --project src/Host --)(?<rest>(?:\s+-?[\w=./-]+)*)""")]
    private static partial Regex Use();

    [GeneratedRegex(@"^-(license|nats|pprof|version|help)[\w=./-]*$")]
    private static partial Regex OwnFlag();

    [GeneratedRegex(@"--project ([\w./]+)")]
    private static partial Regex Project();

    [GeneratedRegex(@"--[a-z][a-z-]+")]
    private static partial Regex Option();

    [GeneratedRegex(@"(?<![\w./-])(src|tests|perf|docs|deploy/(grafana|prometheus|helm|kubernetes|compose)|eng)/[\w./-]*\w")]
    private static partial Regex OurPath();

    [GeneratedRegex(@"\b(PADDLEWHEEL_[A-Z_]*[A-Z]|UPDATE_DOCS|NATS_SERVER)\b")]
    private static partial Regex ToolVariable();
}
