namespace Paddlewheel.Engine.Tests.Timing;

/// <summary>
/// A clock moved by hand. Its frequency is odd on purpose and its origin is not zero: code that mixes up ticks, timestamps and
/// milliseconds fails.
/// </summary>
internal sealed class HandClock : TimeProvider
{
    private long _timestamp = 987_654_321;

    public HandClock(long frequency = 14_318_181) => Frequency = frequency;

    public long Frequency { get; }

    public override long TimestampFrequency => Frequency;

    public long Timestamp => Volatile.Read(ref _timestamp);

    /// <summary>Wall-clock time, independent of the timestamp.</summary>
    public DateTimeOffset Wall { get; set; } = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public override long GetTimestamp() => Volatile.Read(ref _timestamp);

    public override DateTimeOffset GetUtcNow() => Wall;

    /// <summary>Moves to the first timestamp that is at least <paramref name="time"/> later.</summary>
    public void Move(TimeSpan time) => MoveRaw((long)(((Int128)time.Ticks * Frequency + TimeSpan.TicksPerSecond - 1) / TimeSpan.TicksPerSecond));

    public void MoveRaw(long units) => Interlocked.Add(ref _timestamp, units);

    public void Set(long timestamp) => Volatile.Write(ref _timestamp, timestamp);
}
