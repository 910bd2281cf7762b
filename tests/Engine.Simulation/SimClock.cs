namespace Paddlewheel.Engine.Simulation;

/// <summary>Virtual time, in ticks of 100 ns; it moves when the simulation says so and at no other time.</summary>
internal sealed class SimClock : TimeProvider
{
    private static readonly DateTimeOffset Origin = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Since the simulation began, plus an offset so that no timestamp is zero.</summary>
    public long Now { get; set; } = TimeSpan.TicksPerHour;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Now;

    public override DateTimeOffset GetUtcNow() => Origin.AddTicks(Now);
}
