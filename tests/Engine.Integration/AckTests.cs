using System.Globalization;
using NATS.Client.JetStream.Models;
using Paddlewheel.Engine.Integration.Support;
using Xunit;

namespace Paddlewheel.Engine.Integration;

/// <summary>Acks of a full queue wait for each other (ADR 14): for a moment, and for no longer.</summary>
[Trait("Category", "fast")]
public sealed class AckTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    [Fact(Timeout = Timeouts.Short)]
    public async Task OneSuccess_AllOtherCallsHang_IsAcknowledgedAllTheSame()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using Site site = await Site.StartAsync(stop);
        Gate gate = new();
        site.Functions.On("held", gate.Behaviour);
        await site.Queue.JetStream.CreateStreamAsync(
            new StreamConfig(site.Queue.Stream, [site.Queue.Name + ".>"]) { Retention = StreamConfigRetention.Workqueue }, stop);

        // The first has a dozen behind it, so its ack may wait for others; of those none ends.
        await site.Queue.PublishAsync("echo", 1, stop);
        await site.Queue.PublishAsync("held", 12, stop);
        await using WorkerProcess worker = await site.StartWorkerAsync(stop, ("max_inflight", "4"));
        await site.Functions.Arrived.CountAsync("one that ends, four that hang", 5, Soon, stop);
        await Eventually.ReachesAsync(
            "the one is acknowledged",
            async limit => await site.Queue.StreamAsync(site.Queue.Stream, limit) is { State.Messages: var left } && left != 12
                ? string.Create(CultureInfo.InvariantCulture, $"{left} messages are left")
                : null,
            TimeSpan.FromSeconds(5),
            stop);

        gate.Open();
        await site.Queue.SettledAsync(Soon, stop);
        Balance balance = site.Queue.Accounts.Against(site.Functions);
        balance.AssertNothingLost();
        Assert.Equal(0, balance.Duplicates);
    }
}
