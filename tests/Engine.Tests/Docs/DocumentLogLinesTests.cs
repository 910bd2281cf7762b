using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;
using Paddlewheel.Engine.Telemetry;
using Xunit;

namespace Paddlewheel.Engine.Tests.Docs;

/// <summary>A log line in the documents is in the ledger, with its level and its fields: it is what a reader searches for.</summary>
public sealed partial class DocumentLogLinesTests
{
    private static readonly string Sources = string.Concat(House.Repository.Files(".cs", "src").Where(static it => !it.EndsWith("/Telemetry/Log.cs", StringComparison.Ordinal)).Select(House.Repository.Read));

    // What nobody writes is no promise.
    private static readonly Dictionary<string, (string Level, string[] Fields)> Ledger = typeof(Log).GetMethods(BindingFlags.Public | BindingFlags.Static)
        .Select(static method => (Method: method, Line: method.GetCustomAttribute<LoggerMessageAttribute>()))
        .Where(static it => it.Line is not null && Regex.IsMatch(Sources, $@"\.{it.Method.Name}\b"))
        .ToDictionary(static it => it.Line!.Message, static it => (Word(it.Line!.Level), FieldsOf(it.Method)), StringComparer.Ordinal);

    [Fact]
    public void Blocks_EveryLine_IsInTheLedgerWithLevelAndFields()
    {
        Documents.Code[] lines = [.. Documents.AllCode().Where(static it => it.Kind == "log")];
        Assert.NotEmpty(lines);
        string wrong = string.Join('\n', lines.Select(Problem).Where(static it => it.Length > 0));
        Assert.True(wrong.Length == 0, wrong);
    }

    [Fact]
    public void Spans_CalledALogLine_AreInTheLedger()
    {
        (string Document, string Message)[] named =
        [
            .. from document in Documents.Files
               from Match match in LogLine().Matches(House.Repository.Read(document))
               select (document, match.Groups[1].Value + match.Groups[2].Value),
        ];
        Assert.NotEmpty(named);
        Assert.DoesNotContain(named, static it => !Ledger.Keys.Any(message => message.StartsWith(it.Message, StringComparison.Ordinal)));
    }

    [Fact]
    public void Warnings_WhileWorking_AreInTroubleshooting()
    {
        string text = House.Repository.Read("docs/troubleshooting.md");
        string[] missing = [.. Ledger.Where(static it => it.Value.Level is "warn" or "error").Select(static it => it.Key).Where(message => !text.Contains(message, StringComparison.Ordinal))];
        Assert.Empty(missing);
    }

    private static string Problem(Documents.Code code)
    {
        if (Line().Match(code.Text) is not { Success: true } line)
        {
            return $"{code}: not level, two blanks, message, two blanks, fields";
        }

        if (!Ledger.TryGetValue(line.Groups["message"].Value, out (string Level, string[] Fields) known))
        {
            return $"{code}: no such message";
        }

        string[] fields = line.Groups["fields"].Success ? [.. JsonDocument.Parse(line.Groups["fields"].Value).RootElement.EnumerateObject().Select(static it => it.Name)] : [];
        return known.Level != line.Groups["level"].Value ? $"{code}: its level is {known.Level}"
            : !known.Fields.SequenceEqual(fields) ? $"{code}: its fields are {string.Join(", ", known.Fields)}"
            : "";
    }

    private static string Word(LogLevel level) => level switch
    {
        LogLevel.Debug => "debug",
        LogLevel.Information => "info",
        LogLevel.Warning => "warn",
        _ => "error",
    };

    private static string[] FieldsOf(MethodInfo method) =>
        [.. method.GetParameters().Where(static it => it.ParameterType != typeof(ILogger) && it.ParameterType != typeof(Exception)).Select(static it => it.Name!)];

    [GeneratedRegex(@"^(?<level>debug|info|warn|error)  (?<message>\S.*?)(  (?<fields>\{.*\}))?$")]
    private static partial Regex Line();

    [GeneratedRegex("""\blog(?: line)? (?:"([^"]+)"|`([A-Z][^`]+)`)""")]
    private static partial Regex LogLine();
}
