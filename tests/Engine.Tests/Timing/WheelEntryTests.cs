using Paddlewheel.Engine.Timing;
using Xunit;

namespace Paddlewheel.Engine.Tests.Timing;

/// <summary>The life of an entry: armed, then fired or cancelled, then perhaps armed again.</summary>
public sealed class WheelEntryTests
{
    private readonly HandClock _clock = new();
    private readonly TimerWheel _wheel;

    public WheelEntryTests() => _wheel = new TimerWheel(_clock);

    [Fact]
    public void OnDue_ArmsItselfWithZeroDelay_FiresOncePerTick()
    {
        Probe probe = new(self => _wheel.Schedule(self, TimeSpan.Zero));
        _wheel.Schedule(probe, TimeSpan.Zero);

        for (int tick = 1; tick <= 200; tick++)
        {
            _clock.Move(TimeSpan.FromMilliseconds(1));
            Advance(_clock.Timestamp);
            Assert.Equal(tick, probe.Fired);
        }
    }

    [Fact]
    public void OnDue_Throws_WheelStaysWhole()
    {
        Probe bad = new(_ => throw new FormatException());
        Probe good = new();
        _wheel.Schedule(bad, TimeSpan.FromMilliseconds(1));
        _wheel.Schedule(good, TimeSpan.FromMilliseconds(1));

        _clock.Move(TimeSpan.FromMilliseconds(1));
        Assert.Throws<FormatException>(() => Advance(_clock.Timestamp));
        Assert.Equal(1, Advance(_clock.Timestamp));
        Assert.Equal((1, 0), (good.Fired, _wheel.Count));
    }

    [Fact]
    public void Cancel_ArmedThenAgain_TrueThenFalseAndCountsOnce()
    {
        Probe probe = new();
        Assert.False(_wheel.Cancel(probe));
        _wheel.Schedule(probe, TimeSpan.FromMilliseconds(5));

        Assert.True(_wheel.Cancel(probe));
        Assert.False(_wheel.Cancel(probe));
        Assert.Equal(0, _wheel.Count);
        _clock.Move(TimeSpan.FromSeconds(1));
        Assert.Equal(0, Advance(_clock.Timestamp));
    }

    [Fact]
    public void Cancel_NeighbourInTheTickThatFires_DoesNotFire()
    {
        Probe second = new();
        bool cancelled = false;
        Probe first = new(_ => cancelled = _wheel.Cancel(second));
        _wheel.Schedule(first, TimeSpan.FromMilliseconds(3));
        _wheel.Schedule(second, TimeSpan.FromMilliseconds(3));

        _clock.Move(TimeSpan.FromMilliseconds(3));
        Assert.Equal(1, Advance(_clock.Timestamp));
        Assert.True(cancelled);
        Assert.Equal((0, 0), (second.Fired, _wheel.Count));
    }

    [Fact]
    public void Cancel_ItselfWhileFiring_False()
    {
        bool? cancelled = null;
        Probe probe = new(self => cancelled = _wheel.Cancel(self));
        _wheel.Schedule(probe, TimeSpan.FromMilliseconds(1));

        _clock.Move(TimeSpan.FromMilliseconds(2));
        Advance(_clock.Timestamp);
        Assert.False(cancelled);
        Assert.Equal(0, _wheel.Count);
    }

    [Fact]
    public void Schedule_ArmedEntry_Throws()
    {
        Probe probe = new();
        _wheel.Schedule(probe, TimeSpan.FromSeconds(1));

        Assert.Throws<InvalidOperationException>(() => _wheel.Schedule(probe, TimeSpan.FromSeconds(2)));
        Assert.Equal(1, _wheel.Count);
    }

    private int Advance(long timestamp) => _wheel.Advance(timestamp, int.MaxValue);
}
