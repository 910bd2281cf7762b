namespace Paddlewheel.Engine.Timing;

/// <summary>
/// Turns monotonic timestamps into wheel ticks of 1 ms and back. Always absolute from one origin, so nothing drifts; always in
/// whole numbers, split at the second, so that neither an odd frequency nor a century of uptime overflows or loses a tick.
/// </summary>
internal sealed class WheelClock
{
    private const long TicksPerSecond = 1000;

    private readonly TimeProvider _time;
    private readonly long _origin;
    private readonly long _frequency;

    public WheelClock(TimeProvider time)
    {
        _time = time;
        _frequency = time.TimestampFrequency;
        _origin = time.GetTimestamp();
    }

    public long Timestamp => _time.GetTimestamp();

    /// <summary>The last tick that has begun at <paramref name="timestamp"/> (rounded down).</summary>
    public long TickAt(long timestamp)
    {
        (long seconds, long rest) = Math.DivRem(timestamp - _origin, _frequency);
        return (seconds * TicksPerSecond) + (rest * TicksPerSecond / _frequency);
    }

    /// <summary>The first tick that is not before <paramref name="timestamp"/> + <paramref name="delay"/>; at least the next one.</summary>
    public long DueTick(long timestamp, TimeSpan delay)
    {
        (long seconds, long rest) = Math.DivRem(timestamp - _origin, _frequency);
        (long part, long beyond) = Math.DivRem(rest * TicksPerSecond, _frequency);
        long now = (seconds * TicksPerSecond) + part;
        if (delay <= TimeSpan.Zero)
            return now + 1;

        // Two fractions of a tick are left: beyond/frequency from the clock, odd/10,000 from the delay. Their sum, rounded up, is
        // 0, 1 or 2 whole ticks; rounding each of them up alone would be late by one.
        (long whole, long odd) = Math.DivRem(delay.Ticks, TimeSpan.TicksPerMillisecond);
        if (beyond == 0 && odd == 0)
            return now + whole;

        bool overOne = (beyond * TimeSpan.TicksPerMillisecond) + (odd * _frequency) > _frequency * TimeSpan.TicksPerMillisecond;
        return now + whole + (overOne ? 2 : 1);
    }

    /// <summary>The first timestamp that belongs to <paramref name="tick"/>.</summary>
    public long TimestampAt(long tick)
    {
        (long seconds, long rest) = Math.DivRem(tick, TicksPerSecond);
        return _origin + (seconds * _frequency) + (((rest * _frequency) + TicksPerSecond - 1) / TicksPerSecond);
    }
}
