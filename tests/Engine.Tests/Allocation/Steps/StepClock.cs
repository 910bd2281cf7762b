namespace Paddlewheel.Perf.Steps;

/// <summary>A clock that a step moves itself, in microseconds.</summary>
internal sealed class StepClock : TimeProvider
{
    private long _now = 1_000_000;

    public override long TimestampFrequency => 1_000_000;

    public override long GetTimestamp() => _now;

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddYears(56);

    public void Move(TimeSpan time) => _now += time.Ticks / 10;
}
