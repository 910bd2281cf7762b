using System.Globalization;
using Paddlewheel.Engine.Integration.Support;
using Xunit;

namespace Paddlewheel.Engine.Integration;

/// <summary>nats-server goes away and comes back under load: the worker goes on, and nothing that was acknowledged is lost.</summary>
[Trait("Category", "fast")]
public sealed class ServerRestartTests
{
    private const int MaxInflight = 20;
    private const int MessagesPerCycle = 300;

    // Two heartbeats and the reconnect itself (invariant I8).
    private static readonly TimeSpan Recovery = TimeSpan.FromSeconds(15);

    [Fact(Timeout = Timeouts.Full)]
    public Task Terminated_UnderLoad_WorkGoesOnAndNothingIsLost() =>
        SurvivesAsync(static (nats, token) => nats.StopAsync(token), TestContext.Current.CancellationToken);

    [Fact(Timeout = Timeouts.Full)]
    public Task Killed_UnderLoad_WorkGoesOnAndNothingIsLost() =>
        SurvivesAsync(static (nats, token) => nats.KillAsync(token), TestContext.Current.CancellationToken);

    [Fact(Timeout = Timeouts.Short)]
    public async Task Away_WhileACallRuns_TheCallIsNotRunAgain()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using Site site = await Site.StartAsync(stop);
        var gate = new Gate();
        site.Functions.On("held", gate.Behaviour);
        await using WorkerProcess worker = await site.StartWorkerAsync(stop, ("ack_wait", "30s"));
        await site.Queue.PublishAsync("held", 5, stop);
        await site.Functions.Arrived.CountAsync("the calls run", 5, Recovery, stop);

        await site.Nats.StopAsync(stop);
        await Eventually.IsTrueAsync("not ready without NATS", async token => (await worker.GetAsync("/readyz", token)).Status == 503, Recovery, stop);

        // The calls end while there is nobody to tell.
        gate.Open();
        await site.Functions.Ended.CountAsync("the calls end", 5, Recovery, stop);
        await site.Nats.UpAsync(stop);
        await worker.ReadyAsync(stop);
        await site.Queue.SettledAsync(TimeSpan.FromSeconds(20), stop);

        Balance balance = site.Queue.Accounts.Against(site.Functions);
        balance.AssertNothingLost();
        Assert.Equal(0, balance.Duplicates);
    }

    private static async Task SurvivesAsync(Func<NatsServer, CancellationToken, Task> down, CancellationToken stop)
    {
        await using Site site = await Site.StartAsync(stop);
        site.Functions.On("work", Behaviours.TakesBetween(TimeSpan.FromMilliseconds(5), TimeSpan.FromMilliseconds(100)));
        await using WorkerProcess worker = await site.StartWorkerAsync(
            stop, ("max_inflight", MaxInflight.ToString(CultureInfo.InvariantCulture)), ("ack_wait", "5s"));
        for (int cycle = 1; cycle <= Amounts.ServerRestarts; cycle++)
        {
            await site.Queue.PublishAsync("work", MessagesPerCycle, stop);
            await site.Functions.Arrived.CountAsync($"load in cycle {cycle}", site.Functions.Arrived.Count + 50, Recovery, stop);
            await down(site.Nats, stop);
            await site.Nats.UpAsync(stop);

            // A call that is published only now proves that the worker takes new work, not just what it had in memory.
            Envelope call = Call.To("echo");
            await site.Queue.PublishAsync(call, stop);
            await site.Functions.Arrived.FirstAsync($"new work in cycle {cycle}", c => c.CallId == call.CallId, Recovery, stop);
        }

        await site.Queue.SettledAsync(TimeSpan.FromSeconds(60), stop);
        Balance balance = site.Queue.Accounts.Against(site.Functions);
        balance.AssertNothingLost();
        balance.AssertDuplicatesAtMost(Amounts.ServerRestarts * MaxInflight);
        Assert.InRange(site.Functions.RunningMost, 1, MaxInflight);
        TestContext.Current.TestOutputHelper?.WriteLine($"{Amounts.ServerRestarts} faults: {balance}");
    }
}
