using Microsoft.Extensions.Logging.Abstractions;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;
using Paddlewheel.Engine.Integration.Support;
using Paddlewheel.Engine.Lanes;
using Xunit;

namespace Paddlewheel.Engine.Integration;

/// <summary>An idle lane's consumer goes; one that somebody else has paused is being fenced, and nothing may be done to it.</summary>
[Trait("Category", "fast")]
public sealed class LaneRemovalTests
{
    [Fact(Timeout = Timeouts.Short)]
    public async Task TryRemove_PausedByAFence_NeitherRemovedNorResumed()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using NatsServer server = await NatsServer.StartAsync(stop);
        await using NatsConnection nats = new(new NatsOpts { Url = server.Url });
        await nats.ConnectAsync();
        NatsJSContext jetStream = new(nats);
        await jetStream.CreateStreamAsync(new StreamConfig("s", ["s.>"]) { Retention = StreamConfigRetention.Workqueue }, stop);
        LaneRemoval removal = new(nats, jetStream, NullLogger.Instance);
        ConsumerInfo made = (await jetStream.CreateConsumerAsync("s", new ConsumerConfig("c") { FilterSubject = "s.a" }, stop)).Info;
        await jetStream.PauseConsumerAsync("s", "c", made.Ts + TimeSpan.FromSeconds(30), stop);

        Assert.False(await removal.TryRemoveAsync("s", "c", stop));
        ConsumerInfo left = (await jetStream.GetConsumerAsync("s", "c", stop)).Info;
        Assert.True(left.IsPaused && left.PauseRemaining > TimeSpan.FromSeconds(15), $"paused for {left.PauseRemaining}");

        await jetStream.ResumeConsumerAsync("s", "c", stop);
        Assert.True(await removal.TryRemoveAsync("s", "c", stop));
        Assert.True(await removal.TryRemoveAsync("s", "c", stop)); // as good: somebody else has removed it
    }
}
