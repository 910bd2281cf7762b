using System.Globalization;
using Paddlewheel.Engine.Integration.Support;
using Xunit;

namespace Paddlewheel.Engine.Integration;

/// <summary>The result on the wire as its receiver sees it (contract 5).</summary>
[Trait("Category", "fast")]
public sealed class CallbackTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    [Fact(Timeout = Timeouts.Short)]
    public async Task Success_FirstTry_CarriesTheDocumentedHeadersOnce()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using Site site = await Site.StartAsync(stop);
        site.Functions.On("report", static (call, _) => Task.FromResult(
            Answer.Text("""{"ok":true}""")
                .With("Content-Type", "application/json; charset=utf-8")
                .With("X-Start-Time", "1753700000000000000").With("X-Start-Time", "1753700000000000001")
                .With("X-Custom", "kept")
                .With("X-Call-Id", "made up by the function")
                .With("X-Callback-Url", call.Header("X-Callback-Url"))));
        await using WorkerProcess worker = await site.StartWorkerAsync(stop);

        Envelope call = Call.To("report", new Uri(site.Callbacks.Url, "/done/here?token=abc&n=1"));
        await site.Queue.PublishAsync(call, stop);
        ReceivedCallback callback = await site.Callbacks.Received.FirstAsync("the callback", static _ => true, Soon, stop);
        await site.Queue.SettledAsync(Soon, stop);

        Assert.Equal(1, site.Callbacks.Received.Count);
        Assert.Equal("POST", callback.Method);
        Assert.Equal("/done/here?token=abc&n=1", callback.Target);
        Assert.Equal("""{"ok":true}""", callback.Text);
        Assert.Equal(call.CallId, callback.Header("X-Call-Id"));
        Assert.Equal("200", callback.Header("X-Function-Status"));
        Assert.Equal("report", callback.Header("X-Function-Name"));
        Assert.Matches("^[0-9]+\\.[0-9]{6}$", callback.Header("X-Duration-Seconds"));
        Assert.InRange(double.Parse(callback.Header("X-Duration-Seconds"), CultureInfo.InvariantCulture), 0, 10);
        Assert.StartsWith("queue-worker/", callback.Header("User-Agent"), StringComparison.Ordinal);
        Assert.Equal("application/json; charset=utf-8", callback.Header("Content-Type"));
        Assert.Equal("kept", callback.Header("X-Custom"));
        Assert.Contains("1753700000000000000", callback.Header("X-Start-Time"), StringComparison.Ordinal);
        Assert.Contains("1753700000000000001", callback.Header("X-Start-Time"), StringComparison.Ordinal);
        Assert.Equal("", callback.Header("X-Callback-Url"));
        Assert.Equal("", callback.Header("X-Retry"));
    }

    [Fact(Timeout = Timeouts.Short)]
    public async Task Refusal_404_IsReportedWithItsBodyAtOnce()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using Site site = await Site.StartAsync(stop);
        await using WorkerProcess worker = await site.StartWorkerAsync(stop);

        Envelope call = Call.To("nobody", site.Callbacks.Url);
        await site.Queue.PublishAsync(call, stop);
        ReceivedCallback callback = await site.Callbacks.Received.FirstAsync("the callback", static _ => true, Soon, stop);
        await site.Queue.SettledAsync(Soon, stop);

        Assert.Equal("404", callback.Header("X-Function-Status"));
        Assert.Equal("status 404", callback.Text);
        Assert.Single(site.Functions.Of(call.CallId));
    }

    [Theory(Timeout = Timeouts.Short)]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(700_000)]
    public async Task Body_AnyBytesOfAnySize_ArriveUnchangedAtFunctionAndCallback(int length)
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using Site site = await Site.StartAsync(stop);
        await using WorkerProcess worker = await site.StartWorkerAsync(stop);
        byte[] body = new byte[length];
        new Random(length).NextBytes(body);

        await site.Queue.PublishAsync(new Envelope { Function = "echo", CallId = "c-1", Body = body, Callback = site.Callbacks.Url }, stop);
        ReceivedCallback callback = await site.Callbacks.Received.FirstAsync("the callback", static _ => true, Soon, stop);

        Assert.True(body.AsSpan().SequenceEqual(Assert.Single(site.Functions.Arrived.Snapshot()).Body));
        Assert.True(body.AsSpan().SequenceEqual(callback.Body));
    }

    [Fact(Timeout = Timeouts.Short)]
    public async Task Receiver_RefusesTwice_CallbackAloneIsTriedAgain()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using Site site = await Site.StartAsync(stop);
        site.Callbacks.Refuse(2, status: 503);
        await using WorkerProcess worker = await site.StartWorkerAsync(stop);

        Envelope call = Call.To("echo", site.Callbacks.Url);
        await site.Queue.PublishAsync(call, stop);
        ReceivedCallback callback = await site.Callbacks.Received.FirstAsync("an accepted callback", static c => !c.Refused, Soon, stop);
        await site.Queue.SettledAsync(Soon, stop);

        Assert.Equal(call.CallId, callback.Text);
        Assert.Equal(3, site.Callbacks.Received.Count);
        Assert.Single(site.Functions.Of(call.CallId));
    }

    [Fact(Timeout = Timeouts.Short)]
    public async Task Receiver_NotThere_TheFunctionIsNotRunAgainAndTheQueueGoesOn()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using Site site = await Site.StartAsync(stop);
        await using WorkerProcess worker = await site.StartWorkerAsync(
            stop, ("max_inflight", "2"), ("callback_retry_attempts", "1"), ("callback_initial_retry_wait", "100ms"));

        var nowhere = new Uri($"http://127.0.0.1:{FreePort.Next()}/");
        await site.Queue.PublishAsync(Enumerable.Range(0, 5).Select(_ => Call.To("echo", nowhere)), stop);
        await site.Queue.PublishAsync("echo", 20, stop);
        await site.Queue.SettledAsync(Soon, stop);

        Balance balance = site.Queue.Accounts.Against(site.Functions);
        balance.AssertNothingLost();
        Assert.Equal(0, balance.Duplicates);
        await worker.LineAsync("Callback failed", stop);
    }

    [Fact(Timeout = Timeouts.Short)]
    public async Task ManyCalls_EachWithCallback_OneEach()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using Site site = await Site.StartAsync(stop);
        await using WorkerProcess worker = await site.StartWorkerAsync(stop);
        await site.Queue.PublishAsync(Enumerable.Range(0, 1000).Select(_ => Call.To("echo", site.Callbacks.Url)), stop);
        await site.Callbacks.Received.CountAsync("a thousand callbacks", 1000, TimeSpan.FromSeconds(40), stop);
        await site.Queue.SettledAsync(Soon, stop);

        IReadOnlyList<ReceivedCallback> all = site.Callbacks.Received.Snapshot();
        Assert.Equal(1000, all.Count);
        Assert.Equal(1000, all.Select(static c => c.CallId).Distinct().Count());
        Assert.All(all, static c => Assert.Equal(c.CallId, c.Text));
    }
}
