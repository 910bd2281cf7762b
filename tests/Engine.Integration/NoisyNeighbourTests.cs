using System.Diagnostics;
using Paddlewheel.Engine.Integration.Support;
using Xunit;

namespace Paddlewheel.Engine.Integration;

/// <summary>A function with a call now and then, beside one with ten thousand queued.</summary>
[Trait("Category", "fast")]
public sealed class NoisyNeighbourTests
{
    private const int Slots = 50;
    private const int Queued = 10_000;
    private const int LightCalls = 60;

    private static readonly TimeSpan Heavy = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Light = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    [Fact(Timeout = Timeouts.Medium)]
    public async Task LightFunction_NeighbourHasTenThousandQueued_WaitsAboutAsLongAsItRuns()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using Site site = await Site.StartAsync(stop);
        site.Functions.On("heavy", Behaviours.Takes(Heavy));
        site.Functions.On("light", Behaviours.Takes(Light));
        await using WorkerProcess worker = await site.StartFunctionWorkerAsync(stop, ("max_inflight", "50"));
        await site.Queue.PublishAsync("heavy", Queued, stop);
        await Eventually.IsTrueAsync("the neighbour has every slot", _ => Task.FromResult(site.Functions.Running == Slots), Soon, stop);

        List<TimeSpan> waits = [];
        for (int i = 0; i < LightCalls; i++)
        {
            Envelope call = Call.To("light");
            await site.Queue.PublishAsync(call, stop);
            long published = Stopwatch.GetTimestamp();
            Invocation ended = await site.Functions.Ended.FirstAsync("the light call", it => it.CallId == call.CallId, Soon, stop);
            waits.Add(Stopwatch.GetElapsedTime(published, ended.Arrived));
        }

        // The first one waits for a slot of the neighbour's; from then on one is kept free.
        TimeSpan p95 = waits.Order().ElementAt(LightCalls * 95 / 100 - 1);
        Assert.True(p95 < Light * 2, $"p95 {p95.TotalMilliseconds:F0} ms; all {string.Join(' ', waits.Select(static w => (int)w.TotalMilliseconds))}");
        Assert.True(waits[0] < Heavy + Light, $"the first waited {waits[0].TotalMilliseconds:F0} ms");
        Assert.True(site.Functions.RunningMost <= Slots, $"{site.Functions.RunningMost} at once");

        // Its calls end together, so a look in between would find it half filled.
        await Eventually.IsTrueAsync("the neighbour's calls still fill the slots", _ => Task.FromResult(site.Functions.Running >= Slots - 2), Soon, stop);
    }
}
