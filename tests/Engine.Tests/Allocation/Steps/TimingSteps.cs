using Paddlewheel.Engine.Timing;

namespace Paddlewheel.Perf.Steps;

internal static class TimingSteps
{
    public const string Room = "Timing";

    public static IEnumerable<Step> All() => All(1_000);

    /// <param name="armed">Timers on the wheel beside the one that is looked at.</param>
    public static IEnumerable<Step> All(int armed)
    {
        StepClock clock = new();
        TimerWheel wheel = new(clock);
        for (int i = 0; i < armed; i++)
        {
            // Years away: a benchmark moves the clock by a millisecond a hundred million times, and none of these may fire.
            wheel.Schedule(new Entry(), TimeSpan.FromDays(400) + TimeSpan.FromMilliseconds(i * 7));
        }

        Entry entry = new();
        yield return new(Room, "wheel: schedule and cancel", () =>
        {
            wheel.Schedule(entry, TimeSpan.FromSeconds(20));
            Step.Must(wheel.Cancel(entry));
        });
        yield return new(Room, "wheel: schedule, advance, fire", () =>
        {
            wheel.Schedule(entry, TimeSpan.FromMilliseconds(1));
            clock.Move(TimeSpan.FromMilliseconds(1));
            Step.Must(wheel.Advance(clock.GetTimestamp(), 8) == 1);
        });
        yield return new(Room, "wheel: advance with nothing due", () =>
        {
            clock.Move(TimeSpan.FromTicks(10));
            Step.Must(wheel.Advance(clock.GetTimestamp(), 8) == 0 && wheel.TryGetNextDue(out _) == armed > 0);
        });
    }

    private sealed class Entry : WheelEntry
    {
        protected internal override void OnDue()
        {
        }
    }
}
