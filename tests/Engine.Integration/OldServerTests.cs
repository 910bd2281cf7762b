using Paddlewheel.Engine.Integration.Support;
using Xunit;

namespace Paddlewheel.Engine.Integration;

/// <summary>The oldest supported server, 2.9.10: create, work, retry, call back, reconnect, drain.</summary>
[Trait("Category", "fast")]
public sealed class OldServerTests
{
    [Fact(Timeout = Timeouts.Medium)]
    public async Task Server2910_MixedLoadAndRestart_IsWorkedOff()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using Site site = await Site.AroundAsync(await NatsServer.StartOldestAsync(stop), Site.QueueName, stop);
        site.Functions.On("flaky", Behaviours.First(1, Behaviours.Always(503), then: Behaviours.Echo));
        await using WorkerProcess worker = await site.StartWorkerAsync(stop, ("max_inflight", "20"), ("ack_wait", "5s"));

        await site.Queue.PublishAsync("echo", 500, stop);
        await site.Queue.PublishAsync(Enumerable.Range(0, 50).Select(_ => Call.To("flaky", site.Callbacks.Url)), stop, static _ => 2);
        await site.Callbacks.Received.CountAsync("fifty callbacks", 50, TimeSpan.FromSeconds(30), stop);
        await site.Queue.SettledAsync(TimeSpan.FromSeconds(30), stop);
        Balance balance = site.Queue.Accounts.Against(site.Functions);
        balance.AssertNothingLost();
        Assert.Equal(0, balance.Duplicates);

        await site.Nats.StopAsync(stop);
        await site.Nats.UpAsync(stop);
        await site.Queue.PublishAsync("echo", 100, stop);
        await site.Queue.SettledAsync(TimeSpan.FromSeconds(30), stop);
        site.Queue.Accounts.Against(site.Functions).AssertNothingLost();
        Assert.Equal(0, await worker.TerminateAsync(TimeSpan.FromSeconds(10), stop));
    }
}
