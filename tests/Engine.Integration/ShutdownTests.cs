using Paddlewheel.Engine.Integration.Support;
using Xunit;

namespace Paddlewheel.Engine.Integration;

/// <summary>SIGTERM and what follows, inside the thirty seconds that Kubernetes gives.</summary>
[Trait("Category", "fast")]
public sealed class ShutdownTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(15);

    [Theory(Timeout = Timeouts.Short)]
    [InlineData(Signals.Terminate)]
    [InlineData(Signals.Interrupt)]
    public async Task Signal_CallRunning_IsFinishedThenExitZero(int signal)
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using Site site = await Site.StartAsync(stop);
        var gate = new Gate();
        site.Functions.On("held", gate.Behaviour);

        // ack_wait is shorter than the drain: the lease has to be kept to the end.
        await using WorkerProcess worker = await site.StartWorkerAsync(stop, ("ack_wait", "2s"));
        await site.Queue.PublishAsync(Call.To("held", site.Callbacks.Url), stop);
        await site.Functions.Arrived.CountAsync("the call runs", 1, Soon, stop);

        worker.Signal(signal);
        await Eventually.IsTrueAsync("not ready while draining", async token => (await worker.GetAsync("/readyz", token)).Status == 503, Soon, stop);
        await site.Queue.PublishAsync("echo", 3, stop);
        await Eventually.IsTrueAsync(
            "three lease times pass",
            token => Task.FromResult(TimeProvider.System.GetElapsedTime(site.Functions.Arrived.Snapshot()[0].Arrived) > TimeSpan.FromSeconds(6)),
            Soon,
            stop);
        Assert.Equal(1, site.Functions.Arrived.Count);
        Assert.False(worker.HasExited);
        gate.Open();
        Assert.Equal(0, await worker.ExitAsync(Soon, stop));

        Assert.Equal(1, site.Callbacks.Received.Count);
        Assert.False(site.Functions.Ended.Snapshot()[0].Aborted);
        Assert.Equal(3, (await site.Queue.StreamAsync(site.Queue.Stream, stop))!.State.Messages);
    }

    [Fact(Timeout = Timeouts.Short)]
    public async Task Terminate_Idle_ExitsZeroAtOnce()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using Site site = await Site.StartAsync(stop);
        await using WorkerProcess worker = await site.StartWorkerAsync(stop);
        Assert.Equal(0, await worker.TerminateAsync(TimeSpan.FromSeconds(5), stop));
    }

    [Fact(Timeout = Timeouts.Short)]
    public async Task Terminate_WhileWaitingForNats_ExitsZero()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using Site site = await Site.AroundAsync(await NatsServer.PreparedAsync(stop), Site.QueueName, stop);
        await using WorkerProcess worker = site.Launch();
        await worker.LineAsync("Waiting for NATS", stop);
        Assert.Equal(0, await worker.TerminateAsync(TimeSpan.FromSeconds(5), stop));
    }

    [Fact(Timeout = Timeouts.Short)]
    public async Task Terminate_PrefetchedMessages_AreHandedBackAtOnce()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using Site site = await Site.StartAsync(stop);
        var gate = new Gate();
        site.Functions.On("held", gate.Behaviour);
        (string, string)[] environment = [("max_inflight", "4"), ("consumer_pull_max_messages", "20"), ("ack_wait", "60s")];
        await using WorkerProcess draining = await site.StartWorkerAsync(stop, environment);
        await site.Queue.PublishAsync("held", 4, stop);
        await site.Functions.Arrived.CountAsync("four calls run", 4, Soon, stop);
        await site.Queue.PublishAsync("echo", 40, stop);

        await using WorkerProcess other = await site.StartWorkerAsync(stop, environment);
        draining.Signal(Signals.Terminate);

        // Far less than the minute that a message left to its lease would take.
        await site.Functions.Ended.NthAsync("the others are done elsewhere", 40, static c => c.Function == "echo", Soon, stop);
        Assert.False(draining.HasExited);
        gate.Open();
        Assert.Equal(0, await draining.ExitAsync(Soon, stop));
        await site.Queue.SettledAsync(Soon, stop);

        Balance balance = site.Queue.Accounts.Against(site.Functions);
        balance.AssertNothingLost();
        Assert.Equal(0, balance.Duplicates);
    }

    [Fact(Timeout = Timeouts.Short)]
    public async Task Terminate_RetryWaiting_IsNotLostAndNotEarly()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using Site site = await Site.StartAsync(stop);
        site.Functions.On("flaky", Behaviours.First(1, Behaviours.Always(503), then: Behaviours.Echo));
        (string, string)[] environment = [("initial_retry_wait", "5s"), ("max_retry_wait", "5s"), ("ack_wait", "30s")];
        await using WorkerProcess first = await site.StartWorkerAsync(stop, environment);
        Envelope call = Call.To("flaky");
        await site.Queue.PublishAsync(call, stop, tries: 2);
        await first.LineAsync("\tRetry\t", stop);
        Assert.Equal(0, await first.TerminateAsync(TimeSpan.FromSeconds(4), stop));

        await using WorkerProcess second = await site.StartWorkerAsync(stop, environment);
        await site.Functions.Ended.CountAsync("the retry", 2, Soon, stop);
        await site.Queue.SettledAsync(Soon, stop);
        IReadOnlyList<Invocation> tries = site.Functions.Of(call.CallId);
        Assert.InRange(tries[0].Until(tries[1]), TimeSpan.FromSeconds(4.9), TimeSpan.FromSeconds(12));
    }

    [Fact(Timeout = Timeouts.Short)]
    public async Task SecondSignal_CallStillRunning_ExitsAtOnceAndTheMessageComesBack()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using Site site = await Site.StartAsync(stop);
        site.Functions.On("stuck", Behaviours.First(1, Behaviours.Hang, then: Behaviours.Echo));
        await using WorkerProcess worker = await site.StartWorkerAsync(stop, ("ack_wait", "2s"));
        await site.Queue.PublishAsync(Call.To("stuck"), stop, tries: 2);
        await site.Functions.Arrived.CountAsync("the call runs", 1, Soon, stop);

        worker.Signal(Signals.Terminate);
        await Eventually.IsTrueAsync("not ready while draining", async token => (await worker.GetAsync("/readyz", token)).Status == 503, Soon, stop);
        worker.Signal(Signals.Terminate);
        await worker.ExitAsync(TimeSpan.FromSeconds(3), stop);

        await using WorkerProcess next = await site.StartWorkerAsync(stop, ("ack_wait", "2s"));
        await site.Functions.Ended.FirstAsync("the second attempt", static c => c.Attempt == 2, Soon, stop);
        await site.Queue.SettledAsync(Soon, stop);
        site.Queue.Accounts.Against(site.Functions).AssertNothingLost();
    }

    [Fact(Timeout = Timeouts.Short)]
    public async Task DrainTimeout_CallLonger_ExitsZeroAndLeavesItToItsLease()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using Site site = await Site.StartAsync(stop);
        site.Functions.On("stuck", Behaviours.First(1, Behaviours.Hang, then: Behaviours.Echo));
        (string, string)[] environment = [("ack_wait", "3s"), ("drain_timeout", "2s")];
        await using WorkerProcess worker = await site.StartWorkerAsync(stop, environment);
        await site.Queue.PublishAsync(Call.To("stuck"), stop, tries: 2);
        await site.Functions.Arrived.CountAsync("the call runs", 1, Soon, stop);
        Assert.Equal(0, await worker.TerminateAsync(TimeSpan.FromSeconds(6), stop));

        await using WorkerProcess next = await site.StartWorkerAsync(stop, environment);
        await site.Functions.Ended.FirstAsync("the second attempt", static c => c.Attempt == 2, Soon, stop);
        await site.Queue.SettledAsync(Soon, stop);
        site.Queue.Accounts.Against(site.Functions).AssertNothingLost();
    }
}
