using Paddlewheel.Engine.Integration.Support;
using Xunit;

namespace Paddlewheel.Engine.Integration;

/// <summary>A worker that is killed loses nothing, and at most what it was working on is done again.</summary>
[Trait("Category", "fast")]
public sealed class KillTests
{
    private const int MaxInflight = 20;
    private const int MessagesPerCycle = 200;
    private const int InvocationsPerCycle = 120;

    [Fact(Timeout = Timeouts.Full)]
    public async Task Kill_AgainAndAgainUnderLoad_NothingLostAndFewTwice()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using Site site = await Site.StartAsync(stop);
        site.Functions.On("work", Behaviours.TakesBetween(TimeSpan.FromMilliseconds(5), TimeSpan.FromMilliseconds(200)));
        (string, string)[] environment = [("max_inflight", MaxInflight.ToString(System.Globalization.CultureInfo.InvariantCulture)), ("ack_wait", "3s")];

        WorkerProcess worker = await site.StartWorkerAsync(stop, environment);
        try
        {
            for (int cycle = 1; cycle <= Amounts.Kills; cycle++)
            {
                await site.Queue.PublishAsync("work", MessagesPerCycle, stop);
                int enough = site.Functions.Arrived.Count + InvocationsPerCycle;
                await site.Functions.Arrived.CountAsync($"{InvocationsPerCycle} more invocations in cycle {cycle}", enough, TimeSpan.FromSeconds(40), stop);

                worker.Signal(Signals.Kill);
                await worker.ExitAsync(TimeSpan.FromSeconds(10), stop);
                await worker.DisposeAsync();
                worker = site.Launch(environment);
            }

            await site.Queue.SettledAsync(TimeSpan.FromSeconds(60), stop);
        }
        finally
        {
            await worker.DisposeAsync();
        }

        Balance balance = site.Queue.Accounts.Against(site.Functions);
        balance.AssertNothingLost();
        // What ran at the moment of the kill runs again. So do the few that had just been answered and whose ack died in the
        // worker's send buffer; a slot has its next call by then, so they come on top.
        balance.AssertDuplicatesAtMost((Amounts.Kills * MaxInflight) + balance.AfterSuccess);
        Assert.True(balance.AfterSuccess <= Amounts.Kills * MaxInflight / 4, $"too many acks on their way: {balance}");
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{Amounts.Kills} kills, {site.Queue.Accounts.Published} messages: {balance}");
    }

    [Fact(Timeout = Timeouts.Short)]
    public async Task Kill_OneCallRunning_AnotherReplicaRunsItWithinAckWait()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using Site site = await Site.StartAsync(stop);
        site.Functions.On("held", Behaviours.First(1, Behaviours.Hang, then: Behaviours.Echo));
        await using WorkerProcess killed = await site.StartWorkerAsync(stop, ("ack_wait", "3s"));
        Envelope call = Call.To("held");
        await site.Queue.PublishAsync(call, stop, tries: 2);
        await site.Functions.Arrived.CountAsync("the first attempt", 1, TimeSpan.FromSeconds(10), stop);

        await using WorkerProcess other = await site.StartWorkerAsync(stop, ("ack_wait", "3s"));
        killed.Signal(Signals.Kill);
        Invocation again = await site.Functions.Arrived.FirstAsync("the second attempt", static c => c.Attempt == 2, TimeSpan.FromSeconds(8), stop);
        await site.Queue.SettledAsync(TimeSpan.FromSeconds(10), stop);

        Assert.Equal(call.CallId, again.Text);
        site.Queue.Accounts.Against(site.Functions).AssertNothingLost();
    }
}
