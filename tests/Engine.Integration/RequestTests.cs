using Paddlewheel.Engine.Integration.Support;
using Xunit;

namespace Paddlewheel.Engine.Integration;

/// <summary>The request as the function sees it (contract 3).</summary>
[Trait("Category", "fast")]
public sealed class RequestTests
{
    [Fact(Timeout = Timeouts.Short)]
    public async Task Call_WithPathQueryAndHeaders_ArrivesAsQueuedWithoutHopByHop()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using Site site = await Site.StartAsync(stop);
        site.Functions.On("cows.staging", Behaviours.Echo);
        await using WorkerProcess worker = await site.StartWorkerAsync(stop);

        var call = new Envelope
        {
            Function = "cows.staging",
            CallId = "c-1",
            Body = Envelope.Text("milk"),
            Path = "/resize/now",
            QueryString = "w=10&h=%20",
            Headers =
            [
                ("Content-Type", "text/plain"), ("Authorization", "Bearer abc"), ("X-Many", "one"), ("X-Many", "two"),
                ("Connection", "close"), ("Transfer-Encoding", "chunked"), ("Expect", "100-continue"), ("Traceparent", "00-ab-cd-01"),
            ],
        };
        await site.Queue.PublishRawAsync($"{site.Queue.Name}.cows.staging", call.ToJson(), stop);
        Invocation seen = await site.Functions.Ended.FirstAsync("the call", static _ => true, TimeSpan.FromSeconds(20), stop);

        Assert.Equal("POST", seen.Method);
        Assert.Equal("cows.staging", seen.Function);
        Assert.Equal("/resize/now", seen.Path);
        Assert.Equal("w=10&h=%20", seen.Query);
        Assert.Equal("milk", seen.Text);
        Assert.Equal("c-1", seen.CallId);
        Assert.Equal("text/plain", seen.Header("Content-Type"));
        Assert.Equal("Bearer abc", seen.Header("Authorization"));
        Assert.Equal("one,two", seen.Header("X-Many").Replace(" ", "", StringComparison.Ordinal));
        Assert.Equal("00-ab-cd-01", seen.Header("Traceparent"));
        Assert.Equal("1753700000000000000", seen.Header("X-Start-Time"));
        Assert.Equal("4", seen.Header("Content-Length"));
        Assert.Equal("", seen.Header("Transfer-Encoding"));
        Assert.Equal("", seen.Header("Expect"));
        Assert.Equal($"{site.Functions.Url.Authority}", seen.Header("Host"));
    }

    [Fact(Timeout = Timeouts.Short)]
    public async Task Accept_OfAStream_IsNotPassedOn()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using Site site = await Site.StartAsync(stop);
        await using WorkerProcess worker = await site.StartWorkerAsync(stop);

        // Each hop would switch to a streaming proxy that reports every failure as a success.
        Envelope call = new() { Function = "echo", CallId = "c-1", Headers = [("Accept", "text/event-stream")] };
        await site.Queue.PublishAsync(call, stop);
        Invocation seen = await site.Functions.Ended.FirstAsync("the call", static _ => true, TimeSpan.FromSeconds(20), stop);

        Assert.DoesNotContain("event-stream", seen.Header("Accept"), StringComparison.Ordinal);
    }

    [Theory(Timeout = Timeouts.Short)]
    [InlineData(1)]
    [InlineData(7)]
    public async Task MaxInflight_MoreWaiting_IsReachedAndNeverPassed(int maxInflight)
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using Site site = await Site.StartAsync(stop);
        site.Functions.On("work", Behaviours.Takes(TimeSpan.FromMilliseconds(20)));
        await using WorkerProcess worker = await site.StartWorkerAsync(
            stop, ("max_inflight", maxInflight.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        await site.Queue.PublishAsync("work", 40 * maxInflight, stop);
        await site.Queue.SettledAsync(TimeSpan.FromSeconds(30), stop);

        Assert.Equal(maxInflight, site.Functions.RunningMost);
        site.Queue.Accounts.Against(site.Functions).AssertNothingLost();
    }
}
