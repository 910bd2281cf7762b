using Paddlewheel.Engine.Fetch;
using Paddlewheel.Engine.Tests.Timing;
using Xunit;

namespace Paddlewheel.Engine.Tests.Fetch;

public sealed class PrefetchTests
{
    private readonly HandClock _clock = new();

    [Fact]
    public void Current_SlowFunctions_IsZero()
    {
        Prefetch prefetch = new(50, _clock);
        Work(prefetch, perStep: 1, step: TimeSpan.FromMilliseconds(500), steps: 20);
        Assert.Equal(0, prefetch.Current);
    }

    [Fact]
    public void Current_FastFunctions_IsRateTimesTwoRoundTrips()
    {
        Prefetch prefetch = new(1000, _clock);
        for (int i = 0; i < 100; i++)
        {
            long sentAt = _clock.Timestamp;
            _clock.Move(TimeSpan.FromMilliseconds(10));
            prefetch.ObserveRoundTrip(sentAt, _clock.Timestamp);
        }

        Work(prefetch, perStep: 100, step: TimeSpan.FromMilliseconds(50), steps: 100);
        Assert.InRange(prefetch.Current, 38, 42); // 2,000 per second x 2 x 10 ms
    }

    // With one slot and a server next door, two round trips are one message: a pull for each.
    [Fact]
    public void Current_QuickServer_IsFiveMillisecondsOfWork()
    {
        Prefetch prefetch = new(1000, _clock);
        for (int i = 0; i < 100; i++)
        {
            long sentAt = _clock.Timestamp;
            _clock.Move(TimeSpan.FromMicroseconds(100));
            prefetch.ObserveRoundTrip(sentAt, _clock.Timestamp);
        }

        Work(prefetch, perStep: 180, step: TimeSpan.FromMilliseconds(20), steps: 100);
        Assert.InRange(prefetch.Current, 44, 46); // 9,000 per second x 5 ms
    }

    [Fact]
    public void Current_NeverAboveTheLimit()
    {
        Prefetch prefetch = new(3, _clock);
        Work(prefetch, perStep: 10_000, step: TimeSpan.FromMilliseconds(20), steps: 50);
        Assert.Equal(3, prefetch.Current);
    }

    [Fact]
    public void Current_WorkStops_IsZeroAgain()
    {
        Prefetch prefetch = new(100, _clock);
        long done = Work(prefetch, perStep: 1000, step: TimeSpan.FromMilliseconds(20), steps: 50);
        Assert.True(prefetch.Current > 0);
        _clock.Move(TimeSpan.FromSeconds(2));
        prefetch.Observe(done, _clock.Timestamp);
        Assert.Equal(0, prefetch.Current);
    }

    [Fact]
    public void ObserveRoundTrip_AWaitForWork_IsNotARoundTrip()
    {
        Prefetch prefetch = new(1000, _clock);
        long sentAt = _clock.Timestamp;
        _clock.Move(TimeSpan.FromSeconds(10));
        prefetch.ObserveRoundTrip(sentAt, _clock.Timestamp);
        Work(prefetch, perStep: 20, step: TimeSpan.FromMilliseconds(20), steps: 50);
        Assert.InRange(prefetch.Current, 4, 6); // 1,000 per second x 5 ms, not x 2 x 10 s
    }

    [Theory]
    [InlineData(1, 8)]
    [InlineData(64, 256)]
    [InlineData(256, 1024)]
    [InlineData(512, 1024)]
    [InlineData(4096, 4096)]
    [InlineData(int.MaxValue, int.MaxValue)]
    public void DefaultLimit_AnySlots_IsFourTimesAsManyWithinBounds(int maxInflight, int expected) =>
        Assert.Equal(expected, Prefetch.DefaultLimit(maxInflight));

    private long Work(Prefetch prefetch, int perStep, TimeSpan step, int steps)
    {
        long done = 0;
        for (int i = 0; i < steps; i++)
        {
            _clock.Move(step);
            done += perStep;
            prefetch.Observe(done, _clock.Timestamp);
        }

        return done;
    }
}
