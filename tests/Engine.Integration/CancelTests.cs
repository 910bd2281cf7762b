using NATS.Client.JetStream.Models;
using Paddlewheel.Engine.Integration.Support;
using Xunit;

namespace Paddlewheel.Engine.Integration;

/// <summary>Calls that are cancelled by id (contract 6), through the ingress and real servers.</summary>
[Trait("Category", "fast")]
public sealed class CancelTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    [Fact(Timeout = Timeouts.Short)]
    public async Task Queued_CancelledBeforeTheWorkerStarts_IsNeverInvoked()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using Site site = await Site.StartAsync(stop);
        await using Cancels cancels = await Cancels.StartAsync(site, stop);
        await using (WorkerProcess first = await site.StartWorkerAsync(stop))
        {
            Assert.Equal(0, await first.TerminateAsync(Soon, stop));
        }

        Envelope[] calls = [.. Enumerable.Range(0, 50).Select(i => Call.To("echo", site.Callbacks.Url, callId: i % 10 == 0 ? $"a/b {i}.x".Replace(' ', '*') : null))];
        await site.Queue.PublishAsync(calls, stop);
        Envelope[] dropped = [.. calls.Where(static (_, i) => i % 2 == 0)];
        foreach (Envelope call in dropped)
        {
            await cancels.CancelAsync(call.CallId, stop);
        }

        await cancels.CancelAsync("nobody-" + Guid.NewGuid(), stop);
        await using WorkerProcess worker = await site.StartWorkerAsync(stop);
        await site.Queue.EmptyAsync(Soon, stop);
        await site.Callbacks.Received.CountAsync("the others' callbacks", 25, Soon, stop);

        string[] invoked = [.. site.Functions.Arrived.Snapshot().Select(static call => call.CallId).Order()];
        Assert.Equal(calls.Except(dropped).Select(static call => call.CallId).Order(), invoked);
        Assert.Equal(invoked, site.Callbacks.Received.Snapshot().Select(static callback => callback.CallId).Order());
        MetricsPage page = await worker.MetricsAsync(stop);
        Assert.Equal((25, 25), (page.Sum("paddlewheel_outcomes_total", ("outcome", "cancelled")), page.Sum("paddlewheel_acks_total", ("kind", "term"))));
        Assert.Equal(26, page.Sum("paddlewheel_cancelled_ids"));
        Assert.Contains(worker.Log.Snapshot(), line => line.Contains("Cancelled", StringComparison.Ordinal) && line.Contains(dropped[1].CallId, StringComparison.Ordinal));
    }

    [Fact(Timeout = Timeouts.Short)]
    public async Task Running_IsEndedAtOnce_NotRetriedAndNotCalledBack()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using Site site = await Site.StartAsync(stop);
        site.Functions.On("hang", Behaviours.Hang);
        await using Cancels cancels = await Cancels.StartAsync(site, stop);
        await using WorkerProcess worker = await site.StartWorkerAsync(stop, ("max_inflight", "4"));
        Envelope gone = Call.To("hang", site.Callbacks.Url), stays = Call.To("hang", site.Callbacks.Url);
        await site.Queue.PublishAsync([gone, stays], stop);
        await site.Functions.Arrived.CountAsync("both run", 2, Soon, stop);

        await cancels.CancelAsync(gone.CallId, stop);
        Invocation ended = await site.Functions.Ended.FirstAsync("one is given up", static _ => true, Soon, stop);
        Assert.Equal((gone.CallId, true), (ended.CallId, ended.Aborted));
        await Eventually.IsTrueAsync("one message is left", async token => (await site.Queue.StreamAsync(site.Queue.Stream, token))?.State.Messages == 1, Soon, stop);

        // Its slot works, the other call still runs.
        Envelope echo = Call.To("echo", site.Callbacks.Url);
        await site.Queue.PublishAsync(echo, stop);
        await site.Callbacks.Received.FirstAsync("the next call's callback", callback => callback.CallId == echo.CallId, Soon, stop);
        Assert.Equal((1, 1), (site.Functions.Of(gone.CallId).Count, site.Functions.Of(stays.CallId).Count));
        Assert.Equal((1, 1), (site.Functions.Ended.Where(call => call.Function == "hang").Count, site.Callbacks.Received.Count));
    }

    [Theory(Timeout = Timeouts.Short)]
    [InlineData("10s")] // on the wheel
    [InlineData("300s")] // on the server
    public async Task WaitingForItsRetry_EndsLongBeforeItIsDue(string wait)
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using Site site = await Site.StartAsync(stop);
        site.Functions.On("broken", Behaviours.Always(503));
        await using Cancels cancels = await Cancels.StartAsync(site, stop);
        await using WorkerProcess worker = await site.StartWorkerAsync(stop, ("initial_retry_wait", wait), ("max_retry_wait", "600s"));
        Envelope call = Call.To("broken", site.Callbacks.Url);
        await site.Queue.PublishAsync(call, stop);
        await worker.LineAsync("Retry", stop);
        await Eventually.IsTrueAsync("it waits", async token => (await worker.MetricsAsync(token)).Sum("paddlewheel_retries_waiting") == 1, Soon, stop);

        long cancelledAt = TimeProvider.System.GetTimestamp();
        await cancels.CancelAsync(call.CallId, stop);
        await site.Queue.EmptyAsync(Soon, stop);
        Assert.True(TimeProvider.System.GetElapsedTime(cancelledAt) < TimeSpan.FromSeconds(4), "the first cancel, for which the bucket is made, must not wait for a put that nobody keeps");
        Assert.Equal((1, 0), (site.Functions.Of(call.CallId).Count, site.Callbacks.Received.Count));
        Assert.Equal(1, (await worker.MetricsAsync(stop)).Sum("paddlewheel_outcomes_total", ("outcome", "cancelled")));
    }

    [Fact(Timeout = Timeouts.Short)]
    public async Task WaitingForItsRetry_AtAnotherWorker_IsDroppedWhenItComesBack()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using Site site = await Site.StartAsync(stop);
        site.Functions.On("broken", Behaviours.Always(503));
        await using Cancels cancels = await Cancels.StartAsync(site, stop);
        Envelope call = Call.To("broken");
        await using (WorkerProcess first = await site.StartWorkerAsync(stop, ("initial_retry_wait", "3s"), ("max_retry_wait", "3s")))
        {
            await site.Queue.PublishAsync(call, stop);
            await first.LineAsync("Retry", stop);
            Assert.Equal(0, await first.TerminateAsync(Soon, stop));
        }

        await cancels.CancelAsync(call.CallId, stop);
        await using WorkerProcess second = await site.StartWorkerAsync(stop);
        await site.Queue.EmptyAsync(Soon, stop);
        Assert.Single(site.Functions.Of(call.CallId));
    }

    [Fact(Timeout = Timeouts.Short)]
    public async Task Succeeded_ItsCallbackIsOnItsWay_IsPostedAndAcked()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using Site site = await Site.StartAsync(stop);
        await using Cancels cancels = await Cancels.StartAsync(site, stop);
        await using WorkerProcess worker = await site.StartWorkerAsync(stop);
        site.Callbacks.Refuse(1, 503);
        Envelope call = Call.To("echo", site.Callbacks.Url);
        await site.Queue.PublishAsync(call, stop);
        await worker.LineAsync("Callback retry", stop);

        await cancels.CancelAsync(call.CallId, stop);
        await site.Callbacks.Received.NthAsync("the callback, for the second time", 2, static _ => true, Soon, stop);
        await site.Queue.EmptyAsync(Soon, stop);
        Assert.Single(site.Functions.Of(call.CallId));
        MetricsPage page = await worker.MetricsAsync(stop);
        Assert.Equal((1, 0), (page.Sum("paddlewheel_outcomes_total", ("outcome", "success")), page.Sum("paddlewheel_outcomes_total", ("outcome", "cancelled"))));
    }

    [Fact(Timeout = Timeouts.Short)]
    public async Task Worker_WithoutAnyCancel_MakesNothing()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using Site site = await Site.StartAsync(stop);
        await using WorkerProcess worker = await site.StartWorkerAsync(stop);
        await site.Queue.PublishAsync("echo", 10, stop);
        await site.Queue.SettledAsync(Soon, stop);
        StreamInfo? bucket = await site.Queue.StreamAsync("KV_paddlewheel-cancelled", stop);
        Assert.Null(bucket);
        Assert.DoesNotContain(worker.Log.Snapshot(), static line => line.Contains("ancelled calls", StringComparison.Ordinal));
    }

    [Fact(Timeout = Timeouts.Short)]
    public async Task Function_ModeToo_DropsAndEnds()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using Site site = await Site.StartAsync(stop);
        site.Functions.On("hang", Behaviours.Hang);
        await using Cancels cancels = await Cancels.StartAsync(site, stop);
        await using WorkerProcess worker = await site.StartFunctionWorkerAsync(stop);
        Envelope before = Call.To("hang"), running = Call.To("hang");
        await cancels.CancelAsync(before.CallId, stop);
        await site.Queue.PublishAsync([before, running], stop);
        await site.Functions.Arrived.FirstAsync("one runs", call => call.CallId == running.CallId, Soon, stop);
        await cancels.CancelAsync(running.CallId, stop);
        await site.Queue.EmptyAsync(Soon, stop);
        Assert.Equal((0, 1), (site.Functions.Of(before.CallId).Count, site.Functions.Of(running.CallId).Count));
    }
}
