using Paddlewheel.Engine.Integration.Support;
using Xunit;

namespace Paddlewheel.Engine.Integration;

/// <summary>A result up to the limit reaches its callback whole; beyond it nothing of it is kept, however much comes.</summary>
[Trait("Category", "fast")]
public sealed class BigResultTests
{
    private const int Limit = 2 * 1024 * 1024;
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);

    [Theory(Timeout = Timeouts.Short)]
    [InlineData(Limit - 1, false)]
    [InlineData(Limit, false)]
    [InlineData(Limit + 1, true)]
    public async Task Result_AroundTheLimit_IsWholeOrNotThere(int length, bool tooLarge)
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using Site site = await Site.StartAsync(stop);
        byte[] result = new byte[length];
        new Random(length).NextBytes(result);
        site.Functions.On("sized", (_, _) => Task.FromResult(new Answer(200) { Body = result }));
        await using WorkerProcess worker = await site.StartWorkerAsync(stop, ("max_response_bytes", $"{Limit}"));

        await site.Queue.PublishAsync(Call.To("sized", site.Callbacks.Url), stop);
        ReceivedCallback callback = await site.Callbacks.Received.FirstAsync("the callback", static _ => true, Soon, stop);
        await site.Queue.SettledAsync(Soon, stop);

        Assert.Equal("200", callback.Header("X-Function-Status"));
        Assert.Equal(tooLarge ? $"{Limit}" : "", callback.Header("X-Paddlewheel-Response-Too-Large"));
        Assert.True(tooLarge ? callback.Body.Length == 0 : callback.Body.AsSpan().SequenceEqual(result));
        Assert.Equal(tooLarge ? 1 : 0, (await worker.MetricsAsync(stop)).Sum("paddlewheel_dropped_total", ("reason", "response_too_large")));
    }

    [Fact(Timeout = Timeouts.Medium)]
    public async Task Results_FarBeyondTheLimit_CostNoMemory()
    {
        const int Calls = 40;
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using Site site = await Site.StartAsync(stop);
        byte[] huge = new byte[64 * 1024 * 1024];
        byte[] full = new byte[Limit];
        site.Functions.On("huge", (_, _) => Task.FromResult(new Answer(200) { Body = huge }));
        site.Functions.On("full", (_, _) => Task.FromResult(new Answer(200) { Body = full }));
        await using WorkerProcess worker = await site.StartWorkerAsync(stop, ("max_inflight", "5"), ("max_response_bytes", $"{Limit}"));
        await RunAsync("full", Calls);
        long before = worker.PeakMemory;
        await RunAsync("huge", Calls);

        // 2.5 GB were offered. What full results have cost stays, and nothing is added but what the runtime does by itself.
        long added = worker.PeakMemory - before;
        Assert.True(added < 64 * 1024 * 1024, $"{added} bytes more than {before}");
        Assert.All(site.Callbacks.Received.Snapshot().Skip(Calls), static callback => Assert.Empty(callback.Body));
        Assert.Equal(Calls, (await worker.MetricsAsync(stop)).Sum("paddlewheel_dropped_total", ("reason", "response_too_large")));

        async Task RunAsync(string function, int calls)
        {
            int seen = site.Callbacks.Received.Count;
            await site.Queue.PublishAsync(Enumerable.Range(0, calls).Select(_ => Call.To(function, site.Callbacks.Url)), stop);
            await site.Callbacks.Received.CountAsync("the callbacks", seen + calls, Soon, stop);
            await site.Queue.SettledAsync(Soon, stop);
        }
    }
}
