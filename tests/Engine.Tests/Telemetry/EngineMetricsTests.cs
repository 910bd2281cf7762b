using System.Text;
using Paddlewheel.Engine.Judge;
using Paddlewheel.Engine.Telemetry;
using Prometheus;
using Xunit;

namespace Paddlewheel.Engine.Tests.Telemetry;

public sealed class EngineMetricsTests
{
    private readonly CollectorRegistry _registry = Metrics.NewCustomRegistry();
    private readonly EngineMetrics _metrics;

    public EngineMetricsTests() => _metrics = new EngineMetrics(_registry);

    [Fact]
    public async Task Scrape_ContractMetrics_HaveTheirExactNamesTypesAndLabels()
    {
        var lane = _metrics.ForQueue("faas-request", "sleep.openfaas-fn");
        lane.InvocationStarted();
        lane.Settled(Outcome.Refused);
        _metrics.SetPending("faas-request", "sleep.openfaas-fn", 1487);
        _metrics.SetSubmitted("faas-request", 1500);
        _metrics.Reconnected();

        var text = await ScrapeAsync();

        Assert.Contains("# TYPE queue_worker_pending_messages gauge\n", text, StringComparison.Ordinal);
        Assert.Contains("queue_worker_pending_messages{queue_name=\"faas-request\",function_name=\"sleep.openfaas-fn\"} 1487\n", text, StringComparison.Ordinal);
        Assert.Contains("# TYPE queue_worker_messages_processed_total counter\n", text, StringComparison.Ordinal);
        Assert.Contains("queue_worker_messages_processed_total{queue_name=\"faas-request\"} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("# TYPE queue_worker_messages_submitted_total gauge\n", text, StringComparison.Ordinal);
        Assert.Contains("queue_worker_messages_submitted_total{queue_name=\"faas-request\"} 1500\n", text, StringComparison.Ordinal);
        Assert.Contains("# TYPE queue_worker_function_invocation_inflight gauge\n", text, StringComparison.Ordinal);
        Assert.Contains("queue_worker_function_invocation_inflight{queue_name=\"faas-request\",function_name=\"sleep.openfaas-fn\"} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("# TYPE queue_worker_nats_reconnect_total counter\n", text, StringComparison.Ordinal);
        Assert.Contains("queue_worker_nats_reconnect_total 1\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Scrape_EverythingUsed_IsTheCatalogueAndNothingElse()
    {
        _metrics.ForQueue("q");
        _metrics.SetPending("q", "", 1);
        _metrics.SetSubmitted("q", 1);
        _metrics.SetAckPending("q", "OF_q", 1, 10);
        _metrics.PullStatusReceived(404);
        _metrics.Dropped("lease_lost");

        var text = await ScrapeAsync();

        var scraped = text.Split('\n').Where(line => line.StartsWith("# TYPE ", StringComparison.Ordinal)).Select(line => line[7..]).Order(StringComparer.Ordinal);
        var catalogue = MetricCatalogue.All.Select(entry => $"{entry.Name} {entry.Type}").Order(StringComparer.Ordinal);
        Assert.Equal(catalogue, scraped);
    }

    [Fact]
    public async Task RemoveFunction_AfterIdle_DropsItsSeries()
    {
        _metrics.SetPending("q", "gone.openfaas-fn", 3);
        _metrics.ForFunction("q", "gone.openfaas-fn").InvocationStarted();
        _metrics.RemoveFunction("q", "gone.openfaas-fn");

        Assert.DoesNotContain("gone.openfaas-fn", await ScrapeAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public void CappedFunction_TooMany_ShareOneLabelAndKnownOnesKeepTheirs()
    {
        for (int i = 0; i < EngineMetrics.MostFunctions; i++)
        {
            Assert.Equal($"f{i}.ns", _metrics.CappedFunction($"f{i}.ns"));
        }

        Assert.Equal(EngineMetrics.OtherFunctions, _metrics.CappedFunction("late.ns"));
        Assert.Equal("f0.ns", _metrics.CappedFunction("f0.ns"));
    }

    [Fact]
    public async Task SetAckPending_WithoutALimit_HasNoSeriesForIt()
    {
        _metrics.SetAckPending("q", "OF_q", 7, -1);
        _metrics.SetAckPending("q", "q", 3, 4000);
        string text = await ScrapeAsync();

        Assert.Contains("paddlewheel_ack_pending{queue_name=\"q\",stream=\"OF_q\"} 7\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("paddlewheel_max_ack_pending{queue_name=\"q\",stream=\"OF_q\"}", text, StringComparison.Ordinal);
        Assert.Contains("paddlewheel_max_ack_pending{queue_name=\"q\",stream=\"q\"} 4000\n", text, StringComparison.Ordinal);

        _metrics.SetAckPending("q", "q", 3, -1);
        Assert.DoesNotContain("4000", await ScrapeAsync(), StringComparison.Ordinal);

        _metrics.RemoveAckPending("q", "q");
        Assert.DoesNotContain("stream=\"q\"", await ScrapeAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task OnCollect_RunsBeforeEveryScrape()
    {
        var scrapes = 0;
        _metrics.OnCollect(() => _metrics.SetWheelTimers(++scrapes * 7));

        Assert.Contains("paddlewheel_wheel_timers 7\n", await ScrapeAsync(), StringComparison.Ordinal);
        Assert.Contains("paddlewheel_wheel_timers 14\n", await ScrapeAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public void ForQueue_SameNames_IsTheSameLane()
    {
        Assert.Same(_metrics.ForQueue("q", "f"), _metrics.ForQueue("q", "f"));
        Assert.NotSame(_metrics.ForQueue("q", "f"), _metrics.ForQueue("q", "g"));
    }

    [Fact]
    public void WalkOfADelivery_SteadyState_AllocatesNothing()
    {
        var lane = _metrics.ForQueue("q");
        Walk(lane);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 10_000; i++)
        {
            Walk(lane);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private void Walk(LaneMetrics lane)
    {
        lane.QueueWait(0.5);
        lane.InvocationStarted();
        lane.InvocationFinished(0.25);
        lane.Retried(RetryReason.Timeout);
        lane.Settled(Outcome.Success);
        _metrics.Acked(AckKind.Ack);
        _metrics.Pulled();
        _metrics.PullStatusReceived(408);
        _metrics.Dropped("lease_lost");
        _metrics.DuplicateSuppressed();
        _metrics.LeaseRenewed();
        _metrics.LeaseLost();
        _metrics.AddLeasesHeld(1);
        _metrics.AddRetriesWaiting(-1);
        _metrics.AddSlotsBusy(1);
        _metrics.SetDeliveries(1, 2, 3);
        _metrics.SetWheelLag(TimeSpan.FromMilliseconds(1));
        _metrics.CallbackStarted();
        _metrics.CallbackFinished();
        _metrics.CallbackSettled(CallbackOutcome.Delivered);
    }

    private async Task<string> ScrapeAsync()
    {
        using var stream = new MemoryStream();
        await _registry.CollectAndExportAsTextAsync(stream, TestContext.Current.CancellationToken);
        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
