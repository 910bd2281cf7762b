using Paddlewheel.Engine.Timing;
using Xunit;

namespace Paddlewheel.Engine.Tests.Timing;

public sealed class TimerWheelAllocationTests
{
    [Fact]
    public void ScheduleCancelAdvance_SteadyState_AllocatesNothing()
    {
        HandClock clock = new();
        TimerWheel wheel = new(clock);
        Probe often = new();
        Probe[] others = [.. Enumerable.Range(0, 64).Select(_ => new Probe())];
        Round(clock, wheel, often, others, 1_000);

        long before = GC.GetAllocatedBytesForCurrentThread();
        Round(clock, wheel, often, others, 10_000);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.True(others[0].Fired > 10);
    }

    private static void Round(HandClock clock, TimerWheel wheel, Probe often, Probe[] others, int rounds)
    {
        for (int i = 0; i < rounds; i++)
        {
            wheel.Schedule(often, TimeSpan.FromSeconds(20));
            Probe other = others[i & 63];
            if (!other.IsArmed)
                wheel.Schedule(other, TimeSpan.FromMilliseconds(5 + (i & 127)));
            clock.Move(TimeSpan.FromMilliseconds(1));
            wheel.Advance(clock.Timestamp, 100);
            wheel.TryGetNextDue(out _);
            wheel.Cancel(often);
        }
    }
}
