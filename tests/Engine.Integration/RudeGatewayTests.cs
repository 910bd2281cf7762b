using Paddlewheel.Engine.Integration.Support;
using Xunit;

namespace Paddlewheel.Engine.Integration;

/// <summary>Answers that no gateway should give: each is one attempt with an end, and nobody else notices.</summary>
[Trait("Category", "fast")]
public sealed class RudeGatewayTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);

    // The function, its answer, and status and attempts as the callback and the gateway saw them.
    private static readonly (string Function, RawAnswer Answer, string Status, int Attempts)[] Rude =
    [
        ("reset-mid-body", RawAnswers.ResetMidBody, "503", 2),
        ("closed-mid-body", RawAnswers.ClosedMidBody, "503", 2),
        ("slow-body", RawAnswers.SlowBody, "504", 2),
        ("endless-body", RawAnswers.EndlessBody, "200 too large", 1),
        ("header-bomb", RawAnswers.HeaderBomb, "503", 2),
        ("endless-header", RawAnswers.EndlessHeader, "503", 2),
        ("invalid-chunk", RawAnswers.InvalidChunk, "503", 2),
        ("interim-flood", RawAnswers.InterimFlood, "503", 2),
        ("not-http", RawAnswers.NotHttp, "503", 2),
    ];

    [Fact(Timeout = Timeouts.Short)]
    public async Task EveryRudeAnswer_EndsAsOneFailedAttempt_AndNeighboursPass()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using Site site = await Site.StartAsync(stop);
        await using var gateway = new RawGateway();
        gateway.On("fine", RawAnswers.Fine);
        await using WorkerProcess worker = await site.StartWorkerAsync(
            stop, ("gateway_url", gateway.Url), ("upstream_timeout", "2s"), ("max_retry_attempts", "1"), ("max_response_bytes", "1048576"));
        foreach ((string function, RawAnswer answer, _, _) in Rude)
        {
            gateway.On(function, answer);
            await site.Queue.PublishAsync(Call.To(function, site.Callbacks.Url), stop);
            await site.Queue.PublishAsync("fine", 10, stop);
        }

        await site.Callbacks.Received.CountAsync("a callback of each", Rude.Length, Soon, stop);
        await site.Queue.SettledAsync(Soon, stop);

        string[] expected = [.. Rude.Select(static r => $"{r.Function}: {r.Status}, {r.Attempts} attempts").Order()];
        string[] seen = [.. site.Callbacks.Received.Snapshot().Select(c => $"{c.Header("X-Function-Name")}: {StatusOf(c)}, {gateway.Calls.Where(f => f == c.Header("X-Function-Name")).Count} attempts").Order()];
        Assert.Equal(expected, seen);
        Assert.Equal(10 * Rude.Length, gateway.Calls.Where(static f => f == "fine").Count);
        MetricsPage page = await worker.MetricsAsync(stop);
        Assert.Equal(0, page.Sum("paddlewheel_slots_busy"));
        Assert.Equal(0, page.Sum("paddlewheel_deliveries_in_use"));
        Assert.Equal((10 * Rude.Length) + 1, page.Sum("paddlewheel_outcomes_total", ("outcome", "success")));
        Assert.Equal(Rude.Length - 1, page.Sum("paddlewheel_outcomes_total", ("outcome", "exhausted")));
        Assert.False(worker.HasExited);
    }

    [Fact(Timeout = Timeouts.Short)]
    public async Task EndlessBody_NobodyAskedFor_IsASuccessAndItsConnectionIsClosed()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using Site site = await Site.StartAsync(stop);
        await using var gateway = new RawGateway();
        gateway.On("endless", RawAnswers.EndlessBody);
        await using WorkerProcess worker = await site.StartWorkerAsync(stop, ("gateway_url", gateway.Url), ("upstream_timeout", "20s"));
        await site.Queue.PublishAsync("endless", 5, stop);
        await gateway.Calls.CountAsync("the calls", 5, Soon, stop);
        await site.Queue.SettledAsync(TimeSpan.FromSeconds(10), stop);

        Assert.Equal(5, gateway.Calls.Count);
        Assert.Equal(5, (await worker.MetricsAsync(stop)).Sum("paddlewheel_outcomes_total", ("outcome", "success")));
    }

    private static string StatusOf(ReceivedCallback callback) =>
        callback.Header("X-Function-Status") + (callback.Header("X-Paddlewheel-Response-Too-Large").Length > 0 ? " too large" : "");
}
