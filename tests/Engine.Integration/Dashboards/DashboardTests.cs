using System.Text.RegularExpressions;
using Paddlewheel.Engine.Integration.Support;
using Xunit;

namespace Paddlewheel.Engine.Integration.Dashboards;

/// <summary>Every name in the dashboard and the rules is on the page of a real worker that has been through everything.</summary>
[Trait("Category", "fast")]
public sealed class DashboardTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    private static readonly string[] TitlesUsersKnow =
    [
        "Message ingestion rate per queue (1m)", "Processing rate per queue (30s)", "Pending messages per queue",
        "Inflight request per queue", "Pending message per function", "Inflight requests per function",
    ];

    [Fact(Timeout = Timeouts.Short)]
    public async Task Queries_EveryNameLabelAndValue_IsOnThePageOfABusyWorker()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using Site site = await BusySite.StartAsync(stop);
        await using WorkerProcess worker = await site.StartWorkerAsync(stop, BusySite.Settings);
        await BusySite.OneOfEachAsync(site, stop);
        await site.Queue.SettledAsync(Soon, stop);
        await using WorkerProcess functions = await BusySite.StartFunctionsAsync(site, stop);
        await BusySite.CallFunctionsAsync(site, stop);
        MetricsPage byFunction = await PageAsync(functions, static page => page.Of("paddlewheel_function_limit").Count > 0, stop);
        MetricsPage busy = await PageAsync(worker, static page => page.Of("paddlewheel_max_ack_pending").Count > 0 && page.Of("queue_worker_pending_messages").Count > 0, stop);

        // The server says so on the open pull.
        await site.Queue.JetStream.DeleteConsumerAsync(site.Queue.Stream, (await site.Queue.ConsumersAsync(site.Queue.Stream, stop))!.Single().Name, stop);
        MetricsPage later = await PageAsync(worker, static page => page.Of("paddlewheel_pull_status_total").Count > 0, stop);

        var check = new QueryCheck([busy, byFunction, later], Recorded());
        AssertNone([.. PanelProblems(check), .. VariableProblems(check), .. RuleProblems(check), .. ScalerProblems(check)]);
    }

    [Theory]
    [InlineData("sum by (queue_name) (rate(a_total{queue_name=~\"$queue\"}[1m]))", null)]
    [InlineData("a_total - on (queue_name) group_left () a_total offset 5m", null)]
    [InlineData("histogram_quantile(0.95, sum by (queue_name) (a_total)) > 1e3", null)]
    [InlineData("sum(a_totl)", "no metric a_totl")]
    [InlineData("a_total / a_rate", "no metric a_rate")]
    [InlineData("a_total{queue=\"x\"}", "no label queue")]
    [InlineData("a_total{queue_name=\"y\"}", "no series of a_total")]
    [InlineData("a_total{queue_name=~\"y|z\"}", "no series of a_total")]
    [InlineData("sum by (function_name) (a_total)", "the label function_name grouped by")]
    [InlineData("sum(a_total) by (le)", "the label le grouped by")]
    [InlineData("vector(1)", "no metric at all")]
    public void Check_EachMistake_IsFound(string expression, string? problem)
    {
        var check = new QueryCheck([new MetricsPage("a_total{queue_name=\"x\"} 1\n")], Recorded());
        string[] found = [.. check.Problems(PromQl.Parse(Dashboard.WithVariables(expression)), [])];
        if (problem is null)
        {
            Assert.Empty(found);
        }
        else
        {
            Assert.Contains(found, it => it.Contains(problem, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Check_LegendOfALabelThatIsGroupedAway_IsFound()
    {
        var check = new QueryCheck([new MetricsPage("a_total{queue_name=\"x\",stream=\"y\"} 1\n")], Recorded());
        Assert.Empty(check.Problems(PromQl.Parse("sum by (stream) (a_total)"), ["stream"]));
        Assert.Contains("no label queue_name", Assert.Single(check.Problems(PromQl.Parse("sum by (stream) (a_total)"), ["queue_name"])), StringComparison.Ordinal);
    }

    [Fact]
    public void Panels_KnownTitles_AreThereAndEveryPanelSaysWhatItIs()
    {
        IReadOnlyList<Dashboard.Panel> panels = Dashboard.OfTheRepository().Panels;
        Assert.Empty(TitlesUsersKnow.Except(panels.Select(static it => it.Title)));
        Assert.Equal(panels.Count, panels.Select(static it => it.Id).Distinct().Count());
        Assert.All(panels.Where(static it => it.Type != "row"), static it => Assert.True(it.Queries.Count > 0 && it.Description.EndsWith('.'), it.Title));
    }

    [Fact]
    public void Alerts_Every_HasForSeverityWordsAndARunbookThatExists()
    {
        string[] anchors = [.. File.ReadLines(DeployFiles.Path("docs/troubleshooting.md")).Where(static line => line.StartsWith('#'))
            .Select(static line => Regex.Replace(line.TrimStart('#').Trim().ToLowerInvariant(), @"[^\w\- ]", "").Replace(' ', '-'))];
        RuleFile.Rule[] alerts = [.. RuleFile.OfTheRepository().Where(static it => it.Kind == "alert")];
        Assert.NotEmpty(alerts);
        Assert.Equal(File.ReadLines(DeployFiles.Path(RuleFile.File)).Count(static line => line.Contains("expr:", StringComparison.Ordinal)), RuleFile.OfTheRepository().Count);
        foreach (RuleFile.Rule alert in alerts)
        {
            Assert.Matches("^[0-9]+m$", alert.Fields.GetValueOrDefault("for", ""));
            Assert.Contains(alert.Fields.GetValueOrDefault("labels.severity", ""), (string[])["warning", "critical"]);
            Assert.NotEmpty(alert.Fields.GetValueOrDefault("annotations.summary", ""));
            Assert.EndsWith(".", alert.Fields.GetValueOrDefault("annotations.description", ""), StringComparison.Ordinal);
            string[] runbook = alert.Fields.GetValueOrDefault("annotations.runbook_url", "").Split('#');
            Assert.Equal("docs/troubleshooting.md", runbook[0]);
            Assert.Contains(runbook[1], anchors);
        }
    }

    private static IEnumerable<string> PanelProblems(QueryCheck check) =>
        from panel in Dashboard.OfTheRepository().Panels
        from query in panel.Queries
        from problem in check.Problems(PromQl.Parse(Dashboard.WithVariables(query.Expression)), Dashboard.Panel.LabelsOf(query.Legend))
        select $"panel '{panel.Title}': {problem}";

    private static IEnumerable<string> VariableProblems(QueryCheck check) =>
        from variable in Dashboard.OfTheRepository().Variables
        from problem in check.Problems(PromQl.Parse(Dashboard.WithVariables(variable.Selector)), [variable.Label])
        select $"variable {variable.Name}: {problem}";

    private static IEnumerable<string> RuleProblems(QueryCheck check) =>
        from rule in RuleFile.OfTheRepository()
        from problem in check.Problems(PromQl.Parse(rule.Expression), rule.LabelsShown)
        select $"{rule.Kind} {rule.Name}: {problem}";

    // The examples name a queue and a function of their own.
    private static IEnumerable<string> ScalerProblems(QueryCheck check)
    {
        string[] queries = [.. File.ReadLines(DeployFiles.Path("deploy/kubernetes/extras.yaml")).Select(static line => line.Trim())
            .Where(static line => line.StartsWith("query: ", StringComparison.Ordinal))
            .Select(static line => line["query: ".Length..].Replace("\"jobs\"", "\"by-function\"", StringComparison.Ordinal).Replace("resize.", "echo.", StringComparison.Ordinal))];
        Assert.Equal(2, queries.Length);
        return queries.SelectMany(query => check.Problems(PromQl.Parse(query), []), static (query, problem) => $"scaler '{query}': {problem}");
    }

    private static Dictionary<string, IReadOnlySet<string>> Recorded() =>
        RuleFile.OfTheRepository().Where(static it => it.Kind == "record")
            .ToDictionary(static it => it.Name, static IReadOnlySet<string> (it) => PromQl.Parse(it.Expression).Groups.ToHashSet(), StringComparer.Ordinal);

    private static async Task<MetricsPage> PageAsync(WorkerProcess worker, Func<MetricsPage, bool> isComplete, CancellationToken stop)
    {
        MetricsPage? page = null;
        await Eventually.IsTrueAsync("the page is complete", async token => isComplete(page = await worker.MetricsAsync(token)), Soon, stop);
        return page!;
    }

    private static void AssertNone(IEnumerable<string> wrong)
    {
        string list = string.Join('\n', wrong);
        Assert.True(list.Length == 0, list);
    }
}
