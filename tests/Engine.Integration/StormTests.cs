using Paddlewheel.Engine.Integration.Support;
using Xunit;

namespace Paddlewheel.Engine.Integration;

/// <summary>Many failures at once: they neither crowd out fresh work nor turn into a storm of attempts, and they heal.</summary>
[Trait("Category", "fast")]
public sealed class StormTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    [Fact(Timeout = Timeouts.Short)]
    public async Task ThreeHundredFailing_FreshCallsArePrompt_AndAllHeal()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using Site site = await Site.StartAsync(stop);
        int healed = 0;
        site.Functions.On("ill", (call, _) => Task.FromResult(Volatile.Read(ref healed) == 1 ? new Answer(200) { Body = call.Body } : new Answer(503)));
        await using WorkerProcess worker = await site.StartWorkerAsync(
            stop, ("max_inflight", "20"), ("initial_retry_wait", "500ms"), ("max_retry_wait", "2s"), ("backoff", "full"));
        Envelope[] ill = [.. Enumerable.Range(0, 300).Select(static _ => Call.To("ill"))];
        await site.Queue.PublishAsync(ill, stop);
        await site.Functions.Ended.CountAsync("every message has failed", 600, Soon, stop);

        // In the middle of it: fifteen times as many failing messages as there are slots.
        Envelope[] fresh = [.. Enumerable.Range(0, 100).Select(static _ => Call.To("echo"))];
        await site.Queue.PublishAsync(fresh, stop);
        await site.Functions.Ended.NthAsync("the fresh calls", fresh.Length, static c => c.Function == "echo", TimeSpan.FromSeconds(3), stop);
        Assert.Equal(0, Volatile.Read(ref healed));
        Assert.All(fresh, call => Assert.Single(site.Functions.Of(call.CallId)));

        Volatile.Write(ref healed, 1);
        await site.Queue.SettledAsync(Soon, stop);
        Assert.Empty(site.Queue.Accounts.Against(site.Functions).Lost);
        Assert.InRange(site.Functions.RunningMost, 1, 20);
        MetricsPage page = await worker.MetricsAsync(stop);
        Assert.Equal(400, page.Sum("paddlewheel_outcomes_total", ("outcome", "success")));
        Assert.Equal(0, page.Sum("paddlewheel_retries_waiting"));
    }

    [Fact(Timeout = Timeouts.Short)]
    public async Task GatewayRefusing_BackoffHolds_AndItRecoversWithoutAStorm()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using Site site = await Site.StartAsync(stop);
        int port = FreePort.Next();
        await using WorkerProcess worker = await site.StartWorkerAsync(
            stop, ("gateway_url", $"http://127.0.0.1:{port}"), ("initial_retry_wait", "500ms"), ("max_retry_wait", "1s"));
        long began = TimeProvider.System.GetTimestamp();
        Envelope[] calls = [.. Enumerable.Range(0, 50).Select(static _ => Call.To("echo"))];
        await site.Queue.PublishAsync(calls, stop);

        // A refused connection takes no time at all: without a backoff this would be thousands of attempts.
        await worker.Log.NthAsync("a second retry of the first call", 2, l => l.Contains("Retry\t", StringComparison.Ordinal) && l.Contains(calls[0].CallId, StringComparison.Ordinal), Soon, stop);
        double retries = (await worker.MetricsAsync(stop)).Sum("paddlewheel_retries_total", ("reason", "connect"));
        double most = calls.Length * (2 + (TimeProvider.System.GetElapsedTime(began) / TimeSpan.FromMilliseconds(500)));
        Assert.InRange(retries, 1, most);

        await using FunctionServer late = await FunctionServer.StartAsync(stop, port);
        late.On("echo", Behaviours.Echo);
        await late.Ended.CountAsync("all calls", calls.Length, Soon, stop);
        await site.Queue.SettledAsync(Soon, stop);
        Assert.All(calls, call => Assert.Single(late.Of(call.CallId)));
    }
}
