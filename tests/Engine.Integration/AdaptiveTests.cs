using System.Diagnostics;
using Paddlewheel.Engine.Integration.Support;
using Xunit;

namespace Paddlewheel.Engine.Integration;

/// <summary>A function that takes a few calls at once and rejects the rest with 429 is given that many, found out by itself (contract 7.3).</summary>
[Trait("Category", "fast")]
public sealed class AdaptiveTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Work = TimeSpan.FromMilliseconds(500);

    [Fact(Timeout = Timeouts.Short)]
    public async Task FixedCapacity_IsFoundAndKept_FewRejectionsAndNoWaitForBackoff()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using Site site = await Site.StartAsync(stop);
        Capacity capacity = new(slots: 10, Work);
        site.Functions.On("limited", capacity.Behaviour);

        // A rejected call that waited for its backoff would be late by far.
        await using WorkerProcess worker = await site.StartFunctionWorkerAsync(stop, ("initial_retry_wait", "30s"), ("max_retry_wait", "120s"));
        const int calls = 200;
        await site.Queue.PublishAsync(Enumerable.Range(0, calls).Select(static _ => Call.To("limited")), stop);
        long began = Stopwatch.GetTimestamp();
        await Eventually.IsTrueAsync("all have run", _ => Task.FromResult(capacity.Done == calls), TimeSpan.FromSeconds(40), stop);
        TimeSpan took = Stopwatch.GetElapsedTime(began);

        TimeSpan ideal = Work * calls / 10;
        Assert.True(took < ideal * 1.5, $"took {took.TotalSeconds:F1} s, ideal {ideal.TotalSeconds:F1} s, {capacity.Rejected} rejected");
        Assert.True(capacity.Rejected < calls / 5, $"{capacity.Rejected} rejected of {calls}");
        Assert.Equal(10, capacity.MostAtOnce);
        await site.Queue.SettledAsync(Soon, stop);
    }

    [Fact(Timeout = Timeouts.Short)]
    public async Task LimiterOff_RejectionsWaitForTheirBackoff()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using Site site = await Site.StartAsync(stop);
        Capacity capacity = new(slots: 2, Work);
        site.Functions.On("limited", capacity.Behaviour);
        await using WorkerProcess worker = await site.StartFunctionWorkerAsync(stop, ("limiter_enabled", "false"), ("initial_retry_wait", "1s"), ("max_retry_wait", "1s"));
        await site.Queue.PublishAsync(Enumerable.Range(0, 20).Select(static _ => Call.To("limited")), stop);
        await Eventually.IsTrueAsync("the greedy worker is rejected at once", _ => Task.FromResult(capacity.Rejected >= 18), Soon, stop);
        await Eventually.IsTrueAsync("all have run", _ => Task.FromResult(capacity.Done == 20), TimeSpan.FromSeconds(40), stop);
        Assert.Equal(2, capacity.MostAtOnce);
    }

    // The watchdog's own limit: max_inflight of a function (contract 4.2).
    private sealed class Capacity(int slots, TimeSpan work)
    {
        private int _running;
        private int _rejected;
        private int _done;
        private int _most;

        public int Rejected => Volatile.Read(ref _rejected);

        public int Done => Volatile.Read(ref _done);

        public int MostAtOnce => Volatile.Read(ref _most);

        public Behaviour Behaviour => async (call, gone) =>
        {
            int running = Interlocked.Increment(ref _running);
            try
            {
                if (running > slots)
                {
                    Interlocked.Increment(ref _rejected);
                    return Answer.Text("no room", 429);
                }

                Highest.Note(ref _most, running);
                Answer answer = await Behaviours.Takes(work)(call, gone);
                Interlocked.Increment(ref _done);
                return answer;
            }
            finally
            {
                Interlocked.Decrement(ref _running);
            }
        };
    }
}
