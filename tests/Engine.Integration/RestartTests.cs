using Paddlewheel.Engine.Integration.Support;
using Xunit;

namespace Paddlewheel.Engine.Integration;

/// <summary>Rollouts under load: whatever is running is finished, whatever is not started is handed back, nothing twice.</summary>
[Trait("Category", "fast")]
public sealed class RestartTests
{
    private const int MessagesPerCycle = 200;
    private const int InvocationsPerCycle = 120;

    private static readonly TimeSpan DrainLimit = TimeSpan.FromSeconds(10);

    [Fact(Timeout = Timeouts.Full)]
    public async Task Terminate_AgainAndAgainUnderLoad_NothingLostNothingTwice()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using Site site = await Site.StartAsync(stop);
        site.Functions.On("work", Behaviours.TakesBetween(TimeSpan.FromMilliseconds(5), TimeSpan.FromMilliseconds(200)));
        (string, string)[] environment = [("max_inflight", "20"), ("ack_wait", "30s")];

        WorkerProcess worker = await site.StartWorkerAsync(stop, environment);
        try
        {
            for (int cycle = 1; cycle <= Amounts.Restarts; cycle++)
            {
                await site.Queue.PublishAsync("work", MessagesPerCycle, stop);
                int enough = site.Functions.Arrived.Count + InvocationsPerCycle;
                await site.Functions.Arrived.CountAsync($"{InvocationsPerCycle} more invocations in cycle {cycle}", enough, TimeSpan.FromSeconds(40), stop);

                // Every other time as a rolling update does it: the new one is there before the old one goes.
                bool rolling = cycle % 2 == 0;
                WorkerProcess? next = rolling ? await site.StartWorkerAsync(stop, environment) : null;
                int exitCode = await worker.TerminateAsync(DrainLimit, stop);
                Assert.True(exitCode == 0, $"cycle {cycle}: exit code {exitCode}\n{worker.Tail(30)}");
                await worker.DisposeAsync();
                worker = next ?? site.Launch(environment);
            }

            await site.Queue.SettledAsync(TimeSpan.FromSeconds(60), stop);
        }
        finally
        {
            await worker.DisposeAsync();
        }

        Balance balance = site.Queue.Accounts.Against(site.Functions);
        balance.AssertNothingLost();
        Assert.Equal(0, balance.Duplicates);
        Assert.DoesNotContain(site.Functions.Ended.Snapshot(), static call => call.Aborted);
    }
}
