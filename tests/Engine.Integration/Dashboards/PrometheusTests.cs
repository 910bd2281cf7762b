using System.Globalization;
using Paddlewheel.Engine.Integration.Support;
using Xunit;

namespace Paddlewheel.Engine.Integration.Dashboards;

/// <summary>
/// The dashboard's and the rules' queries against a real Prometheus that scrapes three real workers, and the picture in the docs.
/// <c>eng/dashboards</c> runs it.
/// </summary>
public sealed class PrometheusTests
{
    private const string PictureFile = "docs/images/dashboard.svg";
    private const int PointsPerCurve = 100;

    [Fact(Timeout = Timeouts.Full)]
    public async Task Queries_OfDashboardAndRules_AreAnsweredWithValues()
    {
        string program = Environment.GetEnvironmentVariable(PrometheusServer.Variable) ?? "";
        Assert.SkipUnless(File.Exists(program), "no Prometheus at hand; eng/dashboards finds one and runs this");
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using Site site = await BusySite.StartAsync(stop);
        int[] ports = [FreePort.Next(), FreePort.Next(), FreePort.Next()];
        await using WorkerProcess one = await site.StartWorkerAsync(stop, SettingsOn(ports[0]));
        await using WorkerProcess two = await site.StartWorkerAsync(stop, SettingsOn(ports[1]));
        await using WorkerProcess functions = await BusySite.StartFunctionsAsync(site, stop, SettingsOn(ports[2]));
        await using PrometheusServer prometheus = await PrometheusServer.StartAsync(program, ports.Select(static it => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{it}")), stop);
        await BusySite.OneOfEachAsync(site, stop);

        DateTimeOffset from = TimeProvider.System.GetUtcNow();
        await new PictureLoad(site, two, Amounts.PictureSeconds).RunAsync(stop);
        DateTimeOffset to = TimeProvider.System.GetUtcNow();

        List<string> silent = [];
        var picture = new Picture($"Paddlewheel queue-worker, {Amounts.PictureSeconds} seconds under load", from, to);
        foreach (Dashboard.Panel panel in Dashboard.OfTheRepository().Panels)
        {
            List<(string Name, PrometheusServer.Series Series)> all = [];
            foreach ((string expression, string legend) in panel.Queries)
            {
                TimeSpan step = TimeSpan.FromSeconds(Math.Max(1, Math.Round((to - from).TotalSeconds / PointsPerCurve)));
                IReadOnlyList<PrometheusServer.Series> series = await prometheus.RangeAsync(Dashboard.WithVariables(expression, PrometheusServer.RateInterval), from, to, step, stop);
                if (!series.Any(static it => it.Points.Any(static p => double.IsFinite(p.Value))))
                {
                    silent.Add($"panel '{panel.Title}': {expression}");
                }

                all.AddRange(series.Select(it => (Dashboard.Panel.Legend(legend, it.Labels), it)));
            }

            picture.Add(panel, all);
        }

        IReadOnlyList<(string Name, string Health, string Error, string State)> rules = await prometheus.RulesAsync(stop);
        silent.AddRange(rules.Where(static it => it.Health != "ok").Select(static it => $"rule {it.Name}: {it.Health} {it.Error}"));
        Assert.Equal(RuleFile.OfTheRepository().Select(static it => it.Name).Order(StringComparer.Ordinal), rules.Select(static it => it.Name).Order(StringComparer.Ordinal));
        foreach (RuleFile.Rule record in RuleFile.OfTheRepository().Where(static it => it.Kind == "record"))
        {
            IReadOnlyList<PrometheusServer.Series> series = await prometheus.RangeAsync(record.Name, from, to, TimeSpan.FromSeconds(15), stop);
            silent.AddRange(series.Count == 0 ? [$"record {record.Name} has no series"] : Array.Empty<string>());
        }

        string list = string.Join('\n', silent);
        Assert.True(list.Length == 0, list);
        TestContext.Current.SendDiagnosticMessage("alerts: " + string.Join(", ", rules.Where(static it => it.State is "firing" or "pending").Select(static it => $"{it.Name} {it.State}")));
        Directory.CreateDirectory(Path.GetDirectoryName(DeployFiles.Path(PictureFile))!);
        await File.WriteAllTextAsync(DeployFiles.Path(PictureFile), picture.ToString(), stop);
    }

    private static (string Name, string Value)[] SettingsOn(int port) =>
        [.. BusySite.Settings, ("metrics_port", port.ToString(CultureInfo.InvariantCulture)), ("initial_retry_wait", "2s"), ("max_retry_wait", "4s")];
}
