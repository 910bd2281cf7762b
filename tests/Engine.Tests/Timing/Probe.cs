using Paddlewheel.Engine.Timing;

namespace Paddlewheel.Engine.Tests.Timing;

/// <summary>An entry that counts and, if told to, does something when it is due.</summary>
internal sealed class Probe(Action<Probe>? onDue = null) : WheelEntry
{
    private int _fired;

    public int Id { get; init; }

    public int Fired => Volatile.Read(ref _fired);

    protected internal override void OnDue()
    {
        Interlocked.Increment(ref _fired);
        onDue?.Invoke(this);
    }
}
