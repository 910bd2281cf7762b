using Paddlewheel.Engine.Integration.Support;
using Xunit;

namespace Paddlewheel.Engine.Integration;

/// <summary>The five metrics that dashboards and scalers read: names, types, labels, values (contract 8).</summary>
[Trait("Category", "fast")]
public sealed class MetricsTests
{
    private const string Pending = "queue_worker_pending_messages";
    private const string Processed = "queue_worker_messages_processed_total";
    private const string Submitted = "queue_worker_messages_submitted_total";
    private const string Inflight = "queue_worker_function_invocation_inflight";
    private const string Reconnects = "queue_worker_nats_reconnect_total";

    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    [Fact(Timeout = Timeouts.Short)]
    public async Task Contract_NamesTypesAndLabels_AreExact()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using Site site = await Site.StartAsync(stop);
        await using WorkerProcess worker = await site.StartWorkerAsync(stop);
        await site.Queue.PublishAsync("echo", 3, stop);
        await site.Queue.SettledAsync(Soon, stop);
        await Eventually.IsTrueAsync(
            "all five are there",
            async token => await worker.MetricsAsync(token) is var page && page.Sum(Submitted) == 3 && page.Of(Reconnects).Count == 1,
            Soon,
            stop);

        MetricsPage page = await worker.MetricsAsync(stop);
        Assert.Equal("gauge", page.Types[Pending]);
        Assert.Equal("counter", page.Types[Processed]);
        Assert.Equal("gauge", page.Types[Submitted]);
        Assert.Equal("gauge", page.Types[Inflight]);
        Assert.Equal("counter", page.Types[Reconnects]);
        HasLabels(page, Pending, "queue_name", "function_name");
        HasLabels(page, Processed, "queue_name");
        HasLabels(page, Submitted, "queue_name");
        HasLabels(page, Inflight, "queue_name", "function_name");
        HasLabels(page, Reconnects);
        Assert.All(page.Of(Processed), static s => Assert.Equal("faas-request", s.Labels["queue_name"]));
    }

    [Fact(Timeout = Timeouts.Short)]
    public async Task Values_WhileCallsAreHeld_CountRunningAndWaitingAsPending()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using Site site = await Site.StartAsync(stop);
        var gate = new Gate();
        site.Functions.On("held", gate.Behaviour);
        await using WorkerProcess worker = await site.StartWorkerAsync(stop, ("max_inflight", "4"));
        await site.Queue.PublishAsync("held", 10, stop);
        await site.Functions.Arrived.CountAsync("four calls run", 4, Soon, stop);

        await ShowsAsync(worker, pending: 10, inflight: 4, submitted: 10, processed: 0, stop);
        gate.Open();
        await site.Queue.SettledAsync(Soon, stop);
        await ShowsAsync(worker, pending: 0, inflight: 0, submitted: 10, processed: 10, stop);
    }

    [Fact(Timeout = Timeouts.Short)]
    public async Task Processed_WithRetries_CountsCompletionsNotTries()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using Site site = await Site.StartAsync(stop);
        site.Functions.On("flaky", Behaviours.First(2, Behaviours.Always(500), then: Behaviours.Echo));
        await using WorkerProcess worker = await site.StartWorkerAsync(stop, ("initial_retry_wait", "20ms"));
        await site.Queue.PublishAsync(Enumerable.Range(0, 10).Select(static _ => Call.To("flaky")), stop, static _ => 3);
        await site.Queue.SettledAsync(Soon, stop);

        await ShowsAsync(worker, pending: 0, inflight: 0, submitted: 10, processed: 10, stop);
        MetricsPage page = await worker.MetricsAsync(stop);
        Assert.Equal(20, page.Sum("paddlewheel_retries_total"));
        Assert.Equal(10, page.Sum("paddlewheel_outcomes_total", ("outcome", "success")));
        Assert.Equal(0, page.Sum("paddlewheel_retries_waiting"));
        Assert.Equal(30, page.Sum("paddlewheel_invocation_duration_seconds_count"));
    }

    [Fact(Timeout = Timeouts.Short)]
    public async Task Reconnects_ServerRestarted_AreCounted()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using Site site = await Site.StartAsync(stop);
        await using WorkerProcess worker = await site.StartWorkerAsync(stop);
        Assert.Equal(0, (await worker.MetricsAsync(stop)).Sum(Reconnects));
        await site.Nats.StopAsync(stop);
        await Eventually.IsTrueAsync("not ready without NATS", async token => (await worker.GetAsync("/readyz", token)).Status == 503, Soon, stop);
        Assert.Equal(200, (await worker.GetAsync("/healthz", stop)).Status);
        await site.Nats.UpAsync(stop);
        await worker.ReadyAsync(stop);
        Assert.Equal(1, (await worker.MetricsAsync(stop)).Sum(Reconnects));
    }

    private static void HasLabels(MetricsPage page, string name, params string[] labels)
    {
        Assert.NotEmpty(page.Of(name));
        Assert.All(page.Of(name), sample => Assert.Equal(labels.Order(StringComparer.Ordinal), sample.Labels.Keys.Order(StringComparer.Ordinal)));
    }

    private static Task ShowsAsync(WorkerProcess worker, double pending, double inflight, double submitted, double processed, CancellationToken stop) =>
        Eventually.ReachesAsync(
            $"pending {pending}, in-flight {inflight}, submitted {submitted}, processed {processed}",
            async token =>
            {
                MetricsPage page = await worker.MetricsAsync(token);
                (double, double, double, double) seen = (page.Sum(Pending), page.Sum(Inflight), page.Sum(Submitted), page.Sum(Processed));
                return seen == (pending, inflight, submitted, processed) ? null : seen.ToString();
            },
            Soon,
            stop);
}
