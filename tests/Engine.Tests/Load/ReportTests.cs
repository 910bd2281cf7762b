using System.Text.RegularExpressions;
using System.Xml.Linq;
using Paddlewheel.Perf.Load;
using Paddlewheel.Perf.Scenarios;
using Xunit;

namespace Paddlewheel.Engine.Tests.Load;

public sealed partial class ReportTests
{
    [Fact]
    public void Html_AnyResult_FetchesNothingAndRunsNothing()
    {
        string page = HtmlReport.Of(Results.Of("drain"));
        Assert.DoesNotMatch(Outside(), page.Replace("xmlns=\"http://www.w3.org/2000/svg\"", "", StringComparison.Ordinal));
    }

    [Fact]
    public void Html_ResultWithCurves_ShowsEachAsAChart()
    {
        string page = HtmlReport.Of(Results.Of("drain"));
        XElement[] charts = [.. Svg().Matches(page).Select(static match => XElement.Parse(match.Value))];
        Assert.Equal(["Throughput", "Runs at one time", "Worker memory", "Worker processor time", "Latency by percentile"], charts.Select(static it => it.Attribute("aria-label")!.Value));
        Assert.All(charts, static chart => Assert.Contains(chart.Elements(), static it => it.Name.LocalName == "polyline" && it.Attribute("points")!.Value.Length > 0));
    }

    [Fact]
    public void Html_Problem_IsShownAndEscaped()
    {
        ScenarioResult result = Results.Of("drain");
        result.Problems.Add("the worker said <b>no</b>");
        string page = HtmlReport.Of(result);
        Assert.Contains("FAILED", page, StringComparison.Ordinal);
        Assert.Contains("the worker said &lt;b&gt;no&lt;/b&gt;", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Markdown_AnyResult_HoldsSettingsFiguresMachineAndVerdict()
    {
        string text = MarkdownReport.Of(Results.Of("drain"));
        Assert.All(
            ["body 1024, max-inflight 64", "| messages/s | 1000 |", "nats-server 2.15.1", "2 processors (a processor)", MarkdownReport.AllWell],
            part => Assert.Contains(part, text, StringComparison.Ordinal));
    }

    [Fact]
    public void Json_WrittenAndRead_IsTheSame()
    {
        ScenarioResult result = Results.Of("drain");
        result.Problems.Add("one");
        string file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, Report.ToJson(result));
            Assert.Equal(Report.ToJson(result), Report.ToJson(Report.Read(file)));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("not json")]
    [InlineData("null")]
    public void Read_SomethingElse_SaysSo(string text)
    {
        string file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, text);
            Assert.Contains(file, Assert.Throws<LoadException>(() => Report.Read(file)).Message, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [GeneratedRegex(@"https?:|//|<script|<link|<img|@import|url\(", RegexOptions.IgnoreCase)]
    private static partial Regex Outside();

    [GeneratedRegex(@"<svg .*?</svg>", RegexOptions.Singleline)]
    private static partial Regex Svg();
}
