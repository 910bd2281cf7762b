using Paddlewheel.Engine.Integration.Support;
using Xunit;

namespace Paddlewheel.Engine.Integration;

/// <summary>Calls that get no answer: nobody there, a reset, a silence. Each is one attempt, and is tried again by the worker's own rules.</summary>
[Trait("Category", "fast")]
public sealed class TransportTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    [Fact(Timeout = Timeouts.Short)]
    public async Task GatewayDown_ThenUp_MessageIsInvoked()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using Site site = await Site.StartAsync(stop);
        int port = FreePort.Next();
        await using WorkerProcess worker = await site.StartWorkerAsync(stop, ("gateway_url", $"http://127.0.0.1:{port}"));
        Envelope call = Call.To("echo");
        await site.Queue.PublishAsync(call, stop);
        await worker.LineAsync("Retry\t", stop);

        await using FunctionServer late = await FunctionServer.StartAsync(stop, port);
        late.On("echo", Behaviours.Echo);
        await late.Arrived.CountAsync("the call", 1, Soon, stop);
        await site.Queue.SettledAsync(Soon, stop);

        Assert.Equal(call.CallId, Assert.Single(late.Arrived.Snapshot()).Text);
    }

    [Fact(Timeout = Timeouts.Short)]
    public async Task Reset_AfterTheRequestWasRead_IsOneAttemptAndNeverSentAgainSilently()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using Site site = await Site.StartAsync(stop);
        site.Functions.On("resets", Behaviours.Always(new Answer(0) { Reset = true }));
        await using WorkerProcess worker = await site.StartWorkerAsync(stop, ("max_retry_attempts", "2"), ("initial_retry_wait", "300ms"));

        // A warm connection first: a client may be tempted to repeat a request on one that has just died.
        await site.Queue.PublishAsync("echo", 5, stop);
        await site.Functions.Ended.CountAsync("the warm-up", 5, Soon, stop);
        Envelope call = Call.To("resets", site.Callbacks.Url);
        await site.Queue.PublishAsync(call, stop, tries: 3);
        ReceivedCallback callback = await site.Callbacks.Received.FirstAsync("the callback", static _ => true, Soon, stop);
        await site.Queue.SettledAsync(Soon, stop);

        IReadOnlyList<Invocation> tries = site.Functions.Of(call.CallId);
        Assert.Equal(3, tries.Count);
        Assert.True(tries[0].Until(tries[1]) >= TimeSpan.FromMilliseconds(300), $"second after {tries[0].Until(tries[1])}");
        Assert.Equal("503", callback.Header("X-Function-Status"));
        Assert.Equal("2", callback.Header("X-Retry"));
    }

    [Fact(Timeout = Timeouts.Short)]
    public async Task Hanging_LongerThanUpstreamTimeout_IsGivenUpAndEndsAs504()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using Site site = await Site.StartAsync(stop);
        site.Functions.On("hanging", Behaviours.Hang);
        await using WorkerProcess worker = await site.StartWorkerAsync(stop, ("upstream_timeout", "1s"), ("max_retry_attempts", "1"));

        Envelope call = Call.To("hanging", site.Callbacks.Url);
        await site.Queue.PublishAsync(call, stop, tries: 2);
        ReceivedCallback callback = await site.Callbacks.Received.FirstAsync("the callback", static _ => true, Soon, stop);
        await site.Queue.SettledAsync(Soon, stop);
        await site.Functions.Ended.CountAsync("both calls are let go", 2, Soon, stop);

        Assert.All(site.Functions.Of(call.CallId), static t => Assert.True(t.Aborted));
        Assert.Equal("504", callback.Header("X-Function-Status"));
        Assert.Empty(callback.Body);
    }
}
