using Paddlewheel.Engine.Deliveries;
using Paddlewheel.Engine.Pipeline;
using Paddlewheel.Engine.Telemetry;
using Paddlewheel.Engine.Timing;

namespace Paddlewheel.Engine.Ack;

/// <summary>
/// Lets the acks of a full queue wait for each other, so that one waking of the ack loop and one send serve several (ADR 14). Only a
/// success waits, and only while more messages follow it; everything else is answered at once, and takes along what waits.
/// </summary>
/// <remarks>An ack that waits holds up nobody: its slot is free and its place is asked for again (<see cref="Lanes.Lane.Held"/>).</remarks>
internal sealed class AckBatch(WaitRing<AckCommand> ring, TimerWheel wheel) : WheelEntry, ILoopQueue<AckCommand>
{
    /// <summary>Acks for which the loop is woken.</summary>
    public const int Size = 16;

    /// <summary>How long one waits for others: a tick of the wheel, which is over after 1 to 2 ms.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(1);

    /// <summary>An adopted consumer must not stop its delivery for what waits here: a 64th of what it lets be unanswered.</summary>
    private const int PartOfLimit = 64;

    private int _armed;

    public int Count => ring.Count;

    /// <summary>Acks of one consumer that may wait for each other.</summary>
    /// <param name="maxAckPending">The consumer's own limit; 0 or less is none.</param>
    public static int SizeFor(long maxAckPending) => maxAckPending <= 0 ? Size : (int)Math.Clamp(maxAckPending / PartOfLimit, 1, Size);

    /// <summary>Puts the command into the ring; false when the ring is completed.</summary>
    public bool TryWrite(AckCommand command)
    {
        int atOnce = command is { Kind: AckKind.Ack, Delivery: { IsLast: false } delivery } ? delivery.Lane.AcksAtOnce : 1;
        bool taken = ring.TryWrite(command, atOnce, out bool held);
        if (held && Interlocked.Exchange(ref _armed, 1) == 0)
        {
            wheel.Schedule(this, Longest);
        }

        return taken;
    }

    public void Complete() => ring.Complete();

    /// <summary>It was long enough.</summary>
    protected internal override void OnDue()
    {
        // In this order: what comes in between is flushed here, or arms the entry anew.
        Interlocked.Exchange(ref _armed, 0);
        ring.Flush();
    }
}
