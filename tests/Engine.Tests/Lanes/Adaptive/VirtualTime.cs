using Paddlewheel.Engine.Tests.Timing;

namespace Paddlewheel.Engine.Tests.Lanes.Adaptive;

/// <summary>What happens next, in order of time; the clock jumps from one event to the next.</summary>
internal sealed class VirtualTime
{
    private readonly PriorityQueue<Action, (double At, long Number)> _events = new();
    private readonly long _origin;
    private long _number;

    public VirtualTime() => _origin = Clock.Timestamp;

    public HandClock Clock { get; } = new();

    /// <summary>Seconds since the start.</summary>
    public double Now { get; private set; }

    public void In(double seconds, Action happens) => _events.Enqueue(happens, (Now + seconds, _number++));

    public void Every(double seconds, double first, Action happens) => In(first, () =>
    {
        happens();
        Every(seconds, seconds, happens);
    });

    /// <returns>False when the time was over first.</returns>
    public bool RunUntil(Func<bool> over, double at)
    {
        while (!over())
        {
            if (!_events.TryPeek(out _, out (double At, long Number) next) || next.At > at)
            {
                Now = at;
                return over();
            }

            Action happens = _events.Dequeue();
            Now = next.At;
            Clock.Set(_origin + (long)(Now * Clock.TimestampFrequency));
            happens();
        }

        return true;
    }
}
