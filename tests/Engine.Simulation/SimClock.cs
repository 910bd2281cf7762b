namespace Paddlewheel.Engine.Simulation;

/// <summary>Virtual time, in ticks of 100 ns; it moves when the simulation says so and at no other time.</summary>
internal sealed class SimClock
{
    private static readonly DateTimeOffset Origin = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Since the simulation began, plus an offset so that no timestamp is zero.</summary>
    public long Now { get; set; } = TimeSpan.TicksPerHour;

    public DateTimeOffset UtcNow => Origin.AddTicks(Now);
}

/// <summary>The clock as one process has it: its timers stand still with it and die with it.</summary>
internal sealed class ProcessTime(SimClock clock, Action<TimeSpan, Action> after) : TimeProvider
{
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => clock.Now;

    public override DateTimeOffset GetUtcNow() => clock.UtcNow;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        OneShot timer = new(after, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    private sealed class OneShot(Action<TimeSpan, Action> after, Action callback) : ITimer
    {
        private int _version;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            int version = ++_version;
            if (dueTime != Timeout.InfiniteTimeSpan)
            {
                after(dueTime, () =>
                {
                    if (version == _version)
                    {
                        callback();
                    }
                });
            }

            return true;
        }

        public void Dispose() => _version++;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }
    }
}
