using NATS.Client.JetStream.Models;
using Paddlewheel.Engine.Integration.Support;
using Xunit;

namespace Paddlewheel.Engine.Integration;

/// <summary>How much may be under way: an adopted consumer's own limit, and more slots than older versions could have.</summary>
[Trait("Category", "fast")]
public sealed class PendingLimitTests
{
    private const int Limit = 10;
    private const int Slots = 600;

    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    [Fact(Timeout = Timeouts.Short)]
    public async Task MaxAckPending_FullOfWaitingRetries_PausesSaysSoOnceAndGoesOn()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using Site site = await Site.StartAsync(stop);
        await site.Queue.JetStream.CreateStreamAsync(
            new StreamConfig(site.Queue.Stream, [site.Queue.Name + ".>"]) { Retention = StreamConfigRetention.Workqueue }, stop);
        var made = new ConsumerConfig("by-hand") { AckPolicy = ConsumerConfigAckPolicy.Explicit, MaxDeliver = -1, MaxAckPending = Limit };
        await site.Queue.JetStream.CreateConsumerAsync(site.Queue.Stream, made, stop);
        site.Functions.On("flaky", Behaviours.First(1, Behaviours.Always(503), then: Behaviours.Echo));
        await using WorkerProcess worker = await site.StartWorkerAsync(
            stop, ("depth_interval", "200ms"), ("initial_retry_wait", "4s"), ("max_retry_wait", "4s"));

        await site.Queue.PublishAsync(Enumerable.Range(0, Limit).Select(static _ => Call.To("flaky")), stop, static _ => 2);
        await site.Functions.Ended.CountAsync("every first try", Limit, Soon, stop);
        await site.Queue.PublishAsync("echo", 20, stop);
        string line = await worker.LineAsync("Delivery pauses", stop);
        Assert.Contains("by-hand", line, StringComparison.Ordinal);
        MetricsPage page = await worker.MetricsAsync(stop);
        Assert.Equal(Limit, page.Sum("paddlewheel_ack_pending", ("stream", site.Queue.Stream)));
        Assert.Equal(Limit, page.Sum("paddlewheel_max_ack_pending", ("stream", site.Queue.Stream)));

        await site.Functions.Ended.CountAsync("everything", (2 * Limit) + 20, Soon, stop);
        await site.Queue.SettledAsync(Soon, stop);
        await worker.LineAsync("Delivery goes on", stop);

        // Nothing new began while the retries waited, although forty slots were free.
        IReadOnlyList<Invocation> calls = site.Functions.Arrived.Snapshot();
        long firstRetry = calls.Where(static c => c.Function == "flaky" && c.Attempt == 2).Min(static c => c.Arrived);
        Assert.All(calls.Where(static c => c.Function == "echo"), c => Assert.True(c.Arrived >= firstRetry, "a fresh call came before the first retry"));
        Balance balance = site.Queue.Accounts.Against(site.Functions);
        balance.AssertNothingLost();
        Assert.Equal(0, balance.Duplicates);
        Assert.Single(worker.Log.Where(static l => l.Contains("Delivery pauses", StringComparison.Ordinal)));
    }

    [Fact(Timeout = Timeouts.Short)]
    public async Task SixHundredSlots_AllRunAtOneTime()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using Site site = await Site.StartAsync(stop);
        var gate = new Gate();
        site.Functions.On("held", gate.Behaviour);
        await using WorkerProcess worker = await site.StartWorkerAsync(stop, ("max_inflight", "600"));
        await site.Queue.PublishAsync("held", Slots + 100, stop);
        await site.Functions.Arrived.CountAsync("as many calls as slots", Slots, TimeSpan.FromSeconds(30), stop);
        Assert.Equal(Slots, site.Functions.Running);
        gate.Open();
        await site.Queue.SettledAsync(Soon, stop);

        Balance balance = site.Queue.Accounts.Against(site.Functions);
        balance.AssertNothingLost();
        Assert.Equal(0, balance.Duplicates);
        Assert.Equal(Slots, site.Functions.RunningMost);
    }
}
