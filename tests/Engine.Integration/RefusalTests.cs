using NATS.Client.JetStream.Models;
using Paddlewheel.Engine.Integration.Support;
using Xunit;

namespace Paddlewheel.Engine.Integration;

/// <summary>
/// What would lose messages is not used: the worker says what, why and the remedy, lives on, and begins by itself when it is mended.
/// </summary>
[Trait("Category", "fast")]
public sealed class RefusalTests
{
    private const string Stream = "OF_faas-request";
    private const string Consumer = "paddlewheel-faas-request";

    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    [Fact(Timeout = Timeouts.Short)]
    public Task PushConsumer_IsRefusedWithTheRemedy_AndServedOnceRemoved() => RefusedAsync(
        StreamConfigRetention.Limits,
        new ConsumerConfig(Consumer) { DeliverSubject = "pushed.here", AckPolicy = ConsumerConfigAckPolicy.Explicit },
        "is a push consumer", "Delete it and let the worker create its own",
        static (queue, stop) => queue.JetStream.DeleteConsumerAsync(Stream, Consumer, stop).AsTask(),
        TestContext.Current.CancellationToken);

    [Theory(Timeout = Timeouts.Short)]
    [InlineData(ConsumerConfigAckPolicy.None)]
    [InlineData(ConsumerConfigAckPolicy.All)]
    public Task AckPolicyNotExplicit_IsRefusedWithTheRemedy_AndServedOnceRemoved(ConsumerConfigAckPolicy policy) => RefusedAsync(
        StreamConfigRetention.Limits,
        new ConsumerConfig(Consumer) { AckPolicy = policy },
        $"has ack policy {policy}", "Delete it and let the worker create its own",
        static (queue, stop) => queue.JetStream.DeleteConsumerAsync(Stream, Consumer, stop).AsTask(),
        TestContext.Current.CancellationToken);

    [Fact(Timeout = Timeouts.Short)]
    public Task MaxDeliver_IsRefusedWithTheCommand_AndServedOnceEdited() => RefusedAsync(
        StreamConfigRetention.Workqueue,
        new ConsumerConfig(Consumer) { AckPolicy = ConsumerConfigAckPolicy.Explicit, MaxDeliver = 3 },
        "has max_deliver 3", $"nats consumer edit {Stream} {Consumer} --max-deliver=-1",
        static (queue, stop) => queue.JetStream.CreateOrUpdateConsumerAsync(
            Stream, new ConsumerConfig(Consumer) { AckPolicy = ConsumerConfigAckPolicy.Explicit, MaxDeliver = -1 }, stop).AsTask(),
        TestContext.Current.CancellationToken);

    [Theory(Timeout = Timeouts.Short)]
    [InlineData(true)]
    [InlineData(false)]
    public Task InterestRetention_IsRefusedWithTheCommand_AndServedOnceTheStreamIsRemoved(bool hasConsumer) => RefusedAsync(
        StreamConfigRetention.Interest,
        hasConsumer ? new ConsumerConfig(Consumer) { AckPolicy = ConsumerConfigAckPolicy.Explicit, MaxDeliver = -1 } : null,
        "has interest retention", $"nats stream rm {Stream}",
        static (queue, stop) => queue.JetStream.DeleteStreamAsync(Stream, stop).AsTask(),
        TestContext.Current.CancellationToken);

    private static async Task RefusedAsync(
        StreamConfigRetention retention, ConsumerConfig? consumer, string reason, string remedy, Func<Queue, CancellationToken, Task> repair, CancellationToken stop)
    {
        await using Site site = await Site.StartAsync(stop);
        await site.Queue.JetStream.CreateStreamAsync(new StreamConfig(Stream, ["faas-request.>"]) { Retention = retention }, stop);
        if (consumer is not null)
        {
            await site.Queue.JetStream.CreateConsumerAsync(Stream, consumer, stop);
        }

        await using WorkerProcess worker = site.Launch();
        string line = await worker.LineAsync(reason, stop);
        Assert.Contains(remedy, line, StringComparison.Ordinal);
        await Eventually.ReachesAsync(
            "/readyz says reason and remedy",
            async token => await worker.GetAsync("/readyz", token) is (503, string text)
                && text.Contains(reason, StringComparison.Ordinal) && text.Contains(remedy, StringComparison.Ordinal)
                    ? null
                    : (await worker.GetAsync("/readyz", token)).ToString(),
            Soon,
            stop);
        Assert.Equal(200, (await worker.GetAsync("/healthz", stop)).Status);

        await repair(site.Queue, stop);
        await worker.ReadyAsync(stop);
        await site.Queue.PublishAsync("echo", 10, stop);
        await site.Functions.Ended.CountAsync("the calls", 10, Soon, stop);
        await site.Queue.SettledAsync(Soon, stop);

        Balance balance = site.Queue.Accounts.Against(site.Functions);
        balance.AssertNothingLost();
        Assert.Equal(0, balance.Duplicates);
        Assert.False(worker.HasExited);
    }
}
