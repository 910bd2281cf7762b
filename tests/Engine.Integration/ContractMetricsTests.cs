using Paddlewheel.Engine.Integration.Support;
using Xunit;

namespace Paddlewheel.Engine.Integration;

/// <summary>The page as Prometheus and a scaler read it: well formed, and the same depth on every replica (contract 7.2, 8).</summary>
[Trait("Category", "fast")]
public sealed class ContractMetricsTests
{
    private const string UpstreamGaugeNamedTotal = "queue_worker_messages_submitted_total";

    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    [Fact(Timeout = Timeouts.Short)]
    public async Task Page_UnderUse_IsCleanButForTheOneUpstreamName()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using Site site = await Site.StartAsync(stop);
        site.Functions.On("flaky", Behaviours.First(1, Behaviours.Always(500), then: Behaviours.Echo));
        await using WorkerProcess worker = await site.StartWorkerAsync(stop, ("depth_interval", "1s"));
        await site.Queue.PublishAsync(Call.To("echo", site.Callbacks.Url), stop);
        await site.Queue.PublishAsync(Call.To("flaky"), stop, tries: 2);
        await site.Queue.PublishAsync(Call.To("nobody"), stop);
        await site.Queue.PublishRawAsync(site.Queue.SubjectOf("echo"), Envelope.Text("not json"), stop);
        await site.Queue.SettledAsync(Soon, stop);
        await Eventually.IsTrueAsync("the depth is known", async token => (await worker.MetricsAsync(token)).Sum(UpstreamGaugeNamedTotal) == 4, Soon, stop);

        (_, string page) = await worker.GetAsync("/metrics", stop);

        Assert.Equal($"{UpstreamGaugeNamedTotal}: gauge and _total do not go together", Assert.Single(MetricsLint.Check(page)));
        Assert.DoesNotContain("kubernetes_pod_name", page, StringComparison.Ordinal);
        Assert.Contains("\nprocess_cpu_seconds_total ", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("# HELP a_total A.\n# TYPE a_total counter\na_total{x=\"1\"} 1\na_total{x=\"2\"} 2\n", null)]
    [InlineData("# HELP a_seconds A.\n# TYPE a_seconds histogram\na_seconds_bucket{le=\"+Inf\"} 1\na_seconds_sum 1\na_seconds_count 1\n", null)]
    [InlineData("# HELP a A.\n# TYPE a counter\na 1\n", "_total")]
    [InlineData("# HELP a_total A.\n# TYPE a_total gauge\na_total 1\n", "_total")]
    [InlineData("# TYPE a gauge\na 1\n", "no help")]
    [InlineData("# HELP a \n# TYPE a gauge\na 1\n", "no help")]
    [InlineData("# HELP a A.\n# HELP a B.\n# TYPE a gauge\na 1\n", "HELP given twice")]
    [InlineData("a 1\n", "no type")]
    [InlineData("# HELP a A.\n# TYPE a gauge\na{x=\"1\",y=\"2\"} 1\na{y=\"2\",x=\"1\"} 2\n", "series twice")]
    [InlineData("# HELP a A.\n# TYPE a gauge\na{x-y=\"1\"} 1\n", "bad label")]
    [InlineData("# HELP a A.\n# TYPE a gauge\na{le=\"1\"} 1\n", "label le")]
    [InlineData("# HELP a_count A.\n# TYPE a_count gauge\na_count 1\n", "suffix")]
    [InlineData("# HELP a_milliseconds A.\n# TYPE a_milliseconds gauge\na_milliseconds 1\n", "base unit")]
    [InlineData("# HELP a_gauge A.\n# TYPE a_gauge gauge\na_gauge 1\n", "names its type")]
    [InlineData("# HELP a A.\n# TYPE a gauge\na 1\n# HELP c C.\n# TYPE c gauge\nc 1\na{x=\"1\"} 1\n", "not together")]
    [InlineData("# HELP a A.\n# TYPE a gauge\na{x=\"1} 1\n", "cannot be read")]
    [InlineData("what is this\n", "not a sample")]
    public void Lint_EachMistake_IsFound(string page, string? problem)
    {
        IReadOnlyList<string> found = MetricsLint.Check(page);

        if (problem is null)
        {
            Assert.Empty(found);
        }
        else
        {
            Assert.Contains(problem, Assert.Single(found), StringComparison.Ordinal);
        }
    }

    [Fact(Timeout = Timeouts.Short)]
    public async Task Depth_TwoReplicasWithUnequalWork_BothSayTheWholeQueue()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using Site site = await Site.StartAsync(stop);
        var gate = new Gate();
        site.Functions.On("held", gate.Behaviour);
        await using WorkerProcess one = await site.StartWorkerAsync(stop, ("max_inflight", "1"), ("depth_interval", "1s"));
        await using WorkerProcess two = await site.StartWorkerAsync(stop, ("max_inflight", "3"), ("depth_interval", "1s"));
        await site.Queue.PublishAsync("held", 9, stop);
        await site.Functions.Arrived.CountAsync("every slot of both is busy", 4, Soon, stop);

        foreach (WorkerProcess worker in new[] { one, two })
        {
            await Eventually.ReachesAsync(
                "nine pending, nine submitted",
                async token =>
                {
                    MetricsPage page = await worker.MetricsAsync(token);
                    (double pending, double submitted) = (page.Sum("queue_worker_pending_messages"), page.Sum(UpstreamGaugeNamedTotal));
                    return (pending, submitted) == (9, 9) ? null : $"{pending} pending, {submitted} submitted";
                },
                Soon,
                stop);
        }

        Assert.Equal(1, (await one.MetricsAsync(stop)).Sum("queue_worker_function_invocation_inflight"));
        Assert.Equal(3, (await two.MetricsAsync(stop)).Sum("queue_worker_function_invocation_inflight"));
        gate.Open();
        await site.Queue.SettledAsync(Soon, stop);
    }
}
