using Paddlewheel.Engine.Integration.Support;
using Xunit;

namespace Paddlewheel.Engine.Integration;

/// <summary>Cancelling while servers, connections or permissions are not what they should be.</summary>
[Trait("Category", "fast")]
public sealed class CancelFaultTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    [Fact(Timeout = Timeouts.Short)]
    public async Task Worker_ThatIsCutOff_LearnsAtItsReconnectWhatWasCancelledMeanwhile()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using Site site = await Site.StartAsync(stop);
        site.Functions.On("hang", Behaviours.Hang);
        await using Cancels cancels = await Cancels.StartAsync(site, stop);
        await using Pipe pipe = Pipe.To(site.Nats.Port);
        await using WorkerProcess worker = await site.StartWorkerAsync(stop, ("nats_port", pipe.PortText));
        Envelope call = Call.To("hang");
        await site.Queue.PublishAsync(call, stop);
        await site.Functions.Arrived.CountAsync("it runs", 1, Soon, stop);

        pipe.Cut();
        await worker.LineAsync("Disconnected from NATS", stop);
        await cancels.CancelAsync(call.CallId, stop);
        Assert.Equal(0, site.Functions.Ended.Count);
        pipe.Mend();
        await worker.LineAsync("Reconnected to NATS", stop);
        Invocation ended = await site.Functions.Ended.FirstAsync("it is given up", static _ => true, Soon, stop);
        Assert.True(ended.Aborted);
        await site.Queue.EmptyAsync(Soon, stop);
        Assert.Single(site.Functions.Of(call.CallId));
    }

    [Fact(Timeout = Timeouts.Short)]
    public async Task Server_IsRestarted_CancelsLiveOnAndNewOnesAreHeard()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using Site site = await Site.StartAsync(stop);
        site.Functions.On("hang", Behaviours.Hang);
        await using Cancels cancels = await Cancels.StartAsync(site, stop);
        await using WorkerProcess worker = await site.StartWorkerAsync(stop);
        Envelope before = Call.To("echo"), after = Call.To("hang");
        await cancels.CancelAsync(before.CallId, stop);
        await site.Nats.StopAsync(stop);
        await site.Nats.UpAsync(stop);
        await worker.LineAsync("Reconnected to NATS", stop);
        await site.Queue.PublishAsync([before, after], stop);
        await site.Functions.Arrived.FirstAsync("the other one runs", call => call.CallId == after.CallId, Soon, stop);
        await Eventually.ReachesAsync("the ingress is back", async token => await TryCancelAsync(cancels, after.CallId, token), Soon, stop);
        await site.Queue.EmptyAsync(Soon, stop);
        Assert.Empty(site.Functions.Of(before.CallId));
    }

    [Fact(Timeout = Timeouts.Short)]
    public async Task Server_OldestSupported_KeepsIdsAndTellsThem()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using Site site = await Site.AroundAsync(await NatsServer.StartOldestAsync(stop), Site.QueueName, stop);
        site.Functions.On("hang", Behaviours.Hang);
        await using Cancels cancels = await Cancels.StartAsync(site, stop);
        Envelope before = Call.To("echo"), running = Call.To("hang");
        await cancels.CancelAsync(before.CallId, stop);
        await using WorkerProcess worker = await site.StartWorkerAsync(stop);
        await site.Queue.PublishAsync([before, running], stop);
        await site.Functions.Arrived.FirstAsync("the other one runs", call => call.CallId == running.CallId, Soon, stop);
        await cancels.CancelAsync(running.CallId, stop);
        await site.Queue.EmptyAsync(Soon, stop);
        Assert.Empty(site.Functions.Of(before.CallId));
        Assert.Single(site.Functions.Of(running.CallId));
    }

    [Theory(Timeout = Timeouts.Short)]
    [InlineData("publish: { deny: \"$JS.API.STREAM.INFO.KV_paddlewheel-cancelled\" }")]
    [InlineData("subscribe: { deny: \"$KV.>\" }")]
    [InlineData("publish: { deny: \"$JS.API.STREAM.INFO.KV_paddlewheel-cancelled\" }, subscribe: { deny: \"$KV.>\" }")]
    public async Task Worker_WithoutPermission_SaysSoOnceAndWorks(string permissions)
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        string users = NatsSecuritySite.Users($"{{ user: worker, password: right, permissions: {{ {permissions} }} }}");
        await using NatsSecuritySite site = await NatsSecuritySite.StartAsync(users, stop);
        long started = TimeProvider.System.GetTimestamp();
        await using WorkerProcess worker = site.Launch([("nats_user", "worker"), ("nats_password", "right")]);
        await site.AssertWorksAsync(worker, stop);
        await worker.LineAsync("Calls cannot be cancelled", stop);

        // Not after a request's time is over: the refusal itself is the answer.
        Assert.True(TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(4.5));
        await site.AssertWorksAsync(worker, stop);
        Assert.Single(worker.Log.Where(static line => line.Contains("Calls cannot be cancelled", StringComparison.Ordinal)));
        Assert.DoesNotContain(worker.Log.Snapshot(), static line => line.Contains("NATS server refuses", StringComparison.Ordinal));
        Assert.Equal(0, await worker.TerminateAsync(Soon, stop));
    }

    [Fact(Timeout = Timeouts.Short)]
    public async Task Race_CancelAgainstCompletion_EachCallEndsOnce()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using Site site = await Site.StartAsync(stop);
        site.Functions.On("quick", Behaviours.TakesBetween(TimeSpan.Zero, TimeSpan.FromMilliseconds(20)));
        await using WorkerProcess worker = await site.StartWorkerAsync(stop, ("max_inflight", "16"));
        await using Cancels cancels = await Cancels.StartAsync(site, stop);
        Envelope[] calls = [.. Enumerable.Range(0, 400).Select(_ => Call.To("quick", site.Callbacks.Url))];
        await site.Queue.PublishAsync(calls, stop);

        // Each of the second half at about the time it runs.
        Envelope[] targets = [.. calls.Where(static (_, i) => i % 2 == 1)];
        await Parallel.ForEachAsync(targets, stop, async (call, token) => await cancels.CancelAsync(call.CallId, token));
        await site.Queue.EmptyAsync(Soon, stop);
        MetricsPage page = await worker.MetricsAsync(stop);
        double cancelled = page.Sum("paddlewheel_outcomes_total", ("outcome", "cancelled")), succeeded = page.Sum("paddlewheel_outcomes_total", ("outcome", "success"));
        Assert.Equal(calls.Length, cancelled + succeeded);

        // A callback for each success, for nothing else, and once; no call was tried twice.
        await site.Callbacks.Received.CountAsync("callbacks", (int)succeeded, Soon, stop);
        string[] called = [.. site.Callbacks.Received.Snapshot().Select(static it => it.CallId)];
        Assert.Equal((called.Distinct().Count(), (int)succeeded), (called.Length, called.Length));
        Assert.Empty(calls.Except(targets).Select(static it => it.CallId).Except(called));
        Assert.All(calls, call => Assert.InRange(site.Functions.Of(call.CallId).Count, targets.Contains(call) ? 0 : 1, 1));
    }

    private static async Task<string?> TryCancelAsync(Cancels cancels, string callId, CancellationToken token)
    {
        try
        {
            await cancels.CancelAsync(callId, token);
            return null;
        }
        catch (Exception e) when (e is Xunit.Sdk.XunitException)
        {
            return e.Message;
        }
    }
}
