using Paddlewheel.Engine.Integration.Support;
using Xunit;

namespace Paddlewheel.Engine.Integration;

/// <summary>Which answers are tried again, how often and when (contract 4).</summary>
[Trait("Category", "fast")]
public sealed class RetryTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    [Fact(Timeout = Timeouts.Short)]
    public async Task Flaky_FailsTwice_SucceedsOnTheThirdAfterBothBackoffs()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using Site site = await Site.StartAsync(stop);
        site.Functions.On("flaky", Behaviours.First(2, Behaviours.Always(503), then: Behaviours.Echo));
        await using WorkerProcess worker = await site.StartWorkerAsync(stop, ("initial_retry_wait", "200ms"));

        Envelope call = Call.To("flaky", new Uri(site.Callbacks.Url, "/done"));
        await site.Queue.PublishAsync(call, stop, tries: 3);
        ReceivedCallback callback = await site.Callbacks.Received.FirstAsync("the callback", static _ => true, Soon, stop);
        await site.Queue.SettledAsync(Soon, stop);

        IReadOnlyList<Invocation> tries = site.Functions.Of(call.CallId);
        Assert.Equal(3, tries.Count);
        Assert.All(tries, t => Assert.Equal(call.CallId, t.Text));
        Assert.True(tries[0].Until(tries[1]) >= TimeSpan.FromMilliseconds(200), $"second after {tries[0].Until(tries[1])}");
        Assert.True(tries[1].Until(tries[2]) >= TimeSpan.FromMilliseconds(400), $"third after {tries[1].Until(tries[2])}");
        Assert.Equal("2", callback.Header("X-Retry"));
        Assert.Equal("100", callback.Header("X-Retry-Max"));
        Assert.Equal("200", callback.Header("X-Function-Status"));
        Assert.Equal(1, site.Callbacks.Received.Count);
    }

    [Fact(Timeout = Timeouts.Short)]
    public async Task AlwaysFailing_ThreeRetries_FourTriesAndOneCallback()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using Site site = await Site.StartAsync(stop);
        site.Functions.On("broken", Behaviours.Always(Answer.Text("out of order", 429)));
        await using WorkerProcess worker = await site.StartWorkerAsync(stop, ("max_retry_attempts", "3"), ("initial_retry_wait", "50ms"));

        Envelope call = Call.To("broken", site.Callbacks.Url);
        await site.Queue.PublishAsync(call, stop, tries: 4);
        ReceivedCallback callback = await site.Callbacks.Received.FirstAsync("the callback", static _ => true, Soon, stop);
        await site.Queue.SettledAsync(Soon, stop);

        Assert.Equal(4, site.Functions.Of(call.CallId).Count);
        Assert.Equal(1, site.Callbacks.Received.Count);
        Assert.Equal("3", callback.Header("X-Retry"));
        Assert.Equal("3", callback.Header("X-Retry-Max"));
        Assert.Equal("429", callback.Header("X-Function-Status"));
        Assert.Equal("out of order", callback.Text);
        MetricsPage page = await worker.MetricsAsync(stop);
        Assert.Equal(1, page.Sum("paddlewheel_outcomes_total", ("outcome", "exhausted")));
        Assert.Equal(3, page.Sum("paddlewheel_retries_total"));
    }

    [Theory(Timeout = Timeouts.Short)]
    [InlineData(429, "2", 2000)] // in force
    [InlineData(503, "2", 2000)]
    [InlineData(503, "0", 600)] // raised to the shortest wait
    [InlineData(500, "30", 600)] // only 429 and 503 carry it
    [InlineData(429, "soon", 600)] // not understood
    public async Task RetryAfter_FirstAnswer_DecidesTheSecondTry(int status, string retryAfter, int leastMs)
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using Site site = await Site.StartAsync(stop);
        Answer refusal = new Answer(status).With("Retry-After", retryAfter);
        site.Functions.On("busy", Behaviours.First(1, Behaviours.Always(refusal), then: Behaviours.Echo));
        await using WorkerProcess worker = await site.StartWorkerAsync(stop, ("initial_retry_wait", "600ms"));

        Envelope call = Call.To("busy");
        await site.Queue.PublishAsync(call, stop, tries: 2);
        await site.Functions.Ended.CountAsync("both tries", 2, Soon, stop);
        await site.Queue.SettledAsync(Soon, stop);

        IReadOnlyList<Invocation> tries = site.Functions.Of(call.CallId);
        Assert.Equal(2, tries.Count);
        Assert.InRange(tries[0].Until(tries[1]), TimeSpan.FromMilliseconds(leastMs), TimeSpan.FromMilliseconds(leastMs + 5000));
    }

    [Theory(Timeout = Timeouts.Short)]
    [InlineData(404, "", 1)]
    [InlineData(400, "", 1)]
    [InlineData(401, "faas-middleware", 1)] // an expired token does not get better
    [InlineData(500, "", 1)] // not in the list of this worker
    [InlineData(429, "", 2)]
    [InlineData(500, "of-watchdog", 2)] // internal: whatever the list says
    public async Task Status_CodesAre429_TriedAsTheRulesSay(int status, string internalHeader, int tries)
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using Site site = await Site.StartAsync(stop);
        Answer answer = internalHeader.Length > 0 ? new Answer(status).With("X-OpenFaaS-Internal", internalHeader) : new Answer(status);
        site.Functions.On("answers", Behaviours.Always(answer));
        await using WorkerProcess worker = await site.StartWorkerAsync(stop, ("retry_http_codes", "429"), ("max_retry_attempts", "1"));

        Envelope call = Call.To("answers", site.Callbacks.Url);
        await site.Queue.PublishAsync(call, stop, tries);
        await site.Callbacks.Received.FirstAsync("the callback", static _ => true, Soon, stop);
        await site.Queue.SettledAsync(Soon, stop);

        Assert.Equal(tries, site.Functions.Of(call.CallId).Count);
        Assert.Equal(1, site.Callbacks.Received.Count);
    }

    [Fact(Timeout = Timeouts.Short)]
    public async Task Annotations_OfEachMessage_ReplaceTheWorkersRules()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using Site site = await Site.StartAsync(stop);
        site.Functions.On("teapot", Behaviours.Always(418));
        site.Functions.On("error", Behaviours.Always(500));
        await using WorkerProcess worker = await site.StartWorkerAsync(stop, ("max_retry_attempts", "3"), ("initial_retry_wait", "50ms"));

        Envelope teapot = Annotated("teapot", ("attempts", "1"), ("codes", "418"));
        Envelope notListed = Annotated("error", ("codes", "418"));
        Envelope none = Annotated("error", ("attempts", "0"));
        Envelope invalid = Annotated("error", ("attempts", "abc"), ("codes", "x"), ("min_wait", "5"));
        Envelope slower = Annotated("error", ("attempts", "1"), ("min_wait", "1500ms"), ("max_wait", "2s"));
        await site.Queue.PublishAsync([teapot, notListed, none, invalid, slower], stop);
        await site.Callbacks.Received.CountAsync("five callbacks", 5, TimeSpan.FromSeconds(30), stop);
        await site.Queue.SettledAsync(Soon, stop);

        Assert.Equal(2, site.Functions.Of(teapot.CallId).Count);
        Assert.Single(site.Functions.Of(notListed.CallId));
        Assert.Single(site.Functions.Of(none.CallId));
        Assert.Equal(2, site.Functions.Of(slower.CallId).Count);
        Assert.True(site.Functions.Of(slower.CallId) is [var first, var second] && first.Until(second) >= TimeSpan.FromMilliseconds(1500));

        // min_wait "5" has no unit: the whole of this message falls back to the worker's rules, three retries from 50 ms.
        Assert.Equal(4, site.Functions.Of(invalid.CallId).Count);
        Assert.Equal("3", Assert.Single(site.Callbacks.Received.Where(c => c.CallId == invalid.CallId)).Header("X-Retry-Max"));

        Envelope Annotated(string function, params (string Key, string Value)[] annotations) =>
            Call.To(function, site.Callbacks.Url, annotations.ToDictionary(static a => "com.openfaas.retry." + a.Key, static a => a.Value));
    }

    [Fact(Timeout = Timeouts.Short)]
    public async Task LongBackoff_BeyondTheLease_WaitsAtTheServerAndComesBack()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using Site site = await Site.StartAsync(stop);
        site.Functions.On("flaky", Behaviours.First(1, Behaviours.Always(503), then: Behaviours.Echo));
        await using WorkerProcess worker = await site.StartWorkerAsync(
            stop, ("ack_wait", "2s"), ("initial_retry_wait", "5s"), ("max_retry_wait", "5s"));

        Envelope call = Call.To("flaky");
        await site.Queue.PublishAsync(call, stop, tries: 2);
        await site.Functions.Ended.CountAsync("both tries", 2, Soon, stop);
        await site.Queue.SettledAsync(Soon, stop);

        IReadOnlyList<Invocation> tries = site.Functions.Of(call.CallId);
        Assert.Equal(2, tries.Count);
        Assert.True(tries[0].Until(tries[1]) >= TimeSpan.FromSeconds(5), $"second after {tries[0].Until(tries[1])}");
    }
}
