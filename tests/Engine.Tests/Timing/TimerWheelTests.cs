using Paddlewheel.Engine.Timing;
using Xunit;

namespace Paddlewheel.Engine.Tests.Timing;

public sealed class TimerWheelTests
{
    private readonly HandClock _clock = new();
    private readonly TimerWheel _wheel;

    public TimerWheelTests() => _wheel = new TimerWheel(_clock);

    [Theory]
    [InlineData(1)]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(4_095)]
    [InlineData(4_096)]
    [InlineData(262_144)]
    [InlineData(16_777_217)]
    [InlineData(1_073_741_825)]
    [InlineData(68_719_476_735)]
    public void Advance_DelayPassed_FiresThenAndNotBefore(long milliseconds)
    {
        _clock.Move(TimeSpan.FromMilliseconds(12.3));
        Probe probe = new();
        _wheel.Schedule(probe, TimeSpan.FromMilliseconds(milliseconds));
        long scheduled = _clock.Timestamp;

        _clock.Move(TimeSpan.FromMilliseconds(milliseconds));
        long exact = _clock.Timestamp;
        Assert.Equal(0, Advance(exact - 1));
        Assert.True(probe.IsArmed);
        Assert.Equal(1, Advance(exact + (_clock.Frequency / 1000) + 1));
        Assert.False(probe.IsArmed);
        Assert.True(exact > scheduled);
    }

    [Theory]
    [InlineData(0L)]
    [InlineData(-1L)]
    [InlineData(long.MinValue)]
    public void Schedule_ZeroOrNegativeDelay_FiresAtTheNextTick(long ticks)
    {
        Probe probe = new();
        _wheel.Schedule(probe, new TimeSpan(ticks));

        Assert.Equal(0, Advance(_clock.Timestamp));
        _clock.Move(TimeSpan.FromMilliseconds(1));
        Assert.Equal(1, Advance(_clock.Timestamp));
    }

    [Fact]
    public void Schedule_PartOfATick_RoundsUpOnce()
    {
        HandClock clock = new(10_000_000);
        TimerWheel wheel = new(clock);
        clock.MoveRaw(4_000);
        Probe fits = new(), spills = new();
        wheel.Schedule(fits, TimeSpan.FromMilliseconds(0.6));
        wheel.Schedule(spills, TimeSpan.FromMilliseconds(0.7));

        clock.MoveRaw(6_000);
        wheel.Advance(clock.Timestamp, 10);
        Assert.Equal((1, 0), (fits.Fired, spills.Fired));
        clock.MoveRaw(10_000);
        wheel.Advance(clock.Timestamp, 10);
        Assert.Equal(1, spills.Fired);
    }

    [Fact]
    public void Schedule_LongestDelay_StaysArmedForYearsAndCanBeCancelled()
    {
        Probe probe = new();
        _wheel.Schedule(probe, TimeSpan.MaxValue);
        for (int year = 0; year < 12; year++)
        {
            _clock.Move(TimeSpan.FromDays(365));
            Assert.Equal(0, Advance(_clock.Timestamp));
            Assert.True(_wheel.TryGetNextDue(out long due));
            Assert.True(due > _clock.Timestamp);
        }

        Assert.True(_wheel.Cancel(probe));
        Assert.False(_wheel.TryGetNextDue(out _));
    }

    [Fact]
    public void Schedule_BeyondTheReach_FiresOnTime()
    {
        Probe probe = new();
        _wheel.Schedule(probe, TimeSpan.FromDays(2_000));

        _clock.Move(TimeSpan.FromDays(2_000) - TimeSpan.FromMilliseconds(1));
        Assert.Equal(0, Advance(_clock.Timestamp));
        _clock.Move(TimeSpan.FromMilliseconds(2));
        Assert.Equal(1, Advance(_clock.Timestamp));
    }

    [Fact]
    public void Advance_AfterALongPause_FiresInOrderInBursts()
    {
        List<int> order = [];
        int[] delays = [70, 5_000, 3, 64, 300_000, 4_096, 3, 128, 1];
        for (int i = 0; i < delays.Length; i++)
            _wheel.Schedule(new Probe(self => order.Add(self.Id)) { Id = (delays[i] * 100) + i }, TimeSpan.FromMilliseconds(delays[i]));

        _clock.Move(TimeSpan.FromHours(1));
        Assert.Equal(4, _wheel.Advance(_clock.Timestamp, 4));
        Assert.True(_wheel.TryGetNextDue(out long due) && due <= _clock.Timestamp);
        Assert.Equal(4, _wheel.Advance(_clock.Timestamp, 4));
        Assert.Equal(1, _wheel.Advance(_clock.Timestamp, 4));
        Assert.Equal(order.Order(), order);
        Assert.Equal(delays.Length, order.Count);
    }

    [Fact]
    public void Advance_SameTickReachedFromSeveralLevels_FirstScheduledFirst()
    {
        List<int> order = [];
        for (int i = 0; i < 6; i++)
        {
            // All due at tick 8,389, scheduled from ever closer, so that they start at levels 2, 2, 2, 1, 1 and 0.
            int[] starts = [1, 4_096, 8_191, 8_200, 8_300, 8_388];
            _clock.Move(TimeSpan.FromMilliseconds(starts[i] - (i == 0 ? 0 : starts[i - 1])));
            Advance(_clock.Timestamp);
            _wheel.Schedule(new Probe(self => order.Add(self.Id)) { Id = i }, TimeSpan.FromMilliseconds(8_389 - starts[i] - 1));
        }

        Assert.Equal(0, Advance(_clock.Timestamp));
        _clock.Move(TimeSpan.FromMilliseconds(1));
        Assert.Equal(6, Advance(_clock.Timestamp));
        Assert.Equal([0, 1, 2, 3, 4, 5], order);
    }

    [Fact]
    public void Advance_WallClockJumps_ChangesNothing()
    {
        Probe probe = new();
        _wheel.Schedule(probe, TimeSpan.FromSeconds(10));

        _clock.Wall += TimeSpan.FromHours(1);
        Assert.Equal(0, Advance(_clock.Timestamp));
        _clock.Wall -= TimeSpan.FromHours(2);
        _clock.Move(TimeSpan.FromSeconds(11));
        Assert.Equal(1, Advance(_clock.Timestamp));
    }

    [Fact]
    public void Advance_PeriodicEntry_DoesNotDrift()
    {
        // Re-armed from the clock, 10,000 periods later it is still within one tick per period of rounding, and never early.
        Probe probe = new(self => _wheel.Schedule(self, TimeSpan.FromMilliseconds(7)));
        _wheel.Schedule(probe, TimeSpan.FromMilliseconds(7));
        for (int i = 0; i < 70_000; i++)
        {
            _clock.Move(TimeSpan.FromMilliseconds(1));
            Advance(_clock.Timestamp);
        }

        Assert.InRange(probe.Fired, 70_000 / 8, 70_000 / 7);
    }

    [Fact]
    public void TryGetNextDue_TimerAnHourAway_AFewStepsAndNotATickEach()
    {
        Probe probe = new();
        _wheel.Schedule(probe, TimeSpan.FromHours(1));
        int steps = 0;
        while (probe.Fired == 0)
        {
            Assert.True(_wheel.TryGetNextDue(out long due));
            Assert.True(due > _clock.Timestamp);
            _clock.Set(due);
            Advance(due);
            steps++;
        }

        Assert.InRange(steps, 1, 6);
    }

    [Fact]
    public void Earlier_OnlyWhenTheAnnouncedTickNoLongerHolds()
    {
        int signals = 0;
        _wheel.Earlier += () => signals++;
        _wheel.Schedule(new Probe(), TimeSpan.FromMilliseconds(50));
        Assert.Equal(0, signals);

        _wheel.TryGetNextDue(out _);
        _wheel.Schedule(new Probe(), TimeSpan.FromMilliseconds(60));
        Assert.Equal(0, signals);
        _wheel.Schedule(new Probe(), TimeSpan.FromMilliseconds(20));
        _wheel.Schedule(new Probe(), TimeSpan.FromMilliseconds(30));
        Assert.Equal(1, signals);
        _wheel.Schedule(new Probe(), TimeSpan.FromMilliseconds(10));
        Assert.Equal(2, signals);

        Advance(_clock.Timestamp);
        _wheel.Schedule(new Probe(), TimeSpan.FromMilliseconds(5));
        Assert.Equal(2, signals);
    }

    private int Advance(long timestamp) => _wheel.Advance(timestamp, int.MaxValue);
}
