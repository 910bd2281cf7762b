using Paddlewheel.Engine.Deliveries;
using Paddlewheel.Engine.Invoke;

namespace Paddlewheel.Engine.Calls;

/// <summary>
/// The call that one slot has under way, so that it can be found by its id and ended from outside. What ends is that call or none:
/// never the one that the slot began meanwhile.
/// </summary>
/// <remarks>
/// Two threads meet: the slot's and the one that cancels. The second says that it looks before it asks whether a call is under way; the
/// first says that none is before it asks whether somebody looks, and waits for him. So a delivery is never read once it is on its way
/// to somebody else, and for that the slot pays one read per call. The deadline's word decides which of the two ends the call.
/// </remarks>
internal sealed class RunningCall(Deadline deadline)
{
    private Delivery? _delivery;
    private int _looking;

    /// <summary>A call begins; the caller asks after this whether it was cancelled before.</summary>
    /// <param name="delivery">Read, and left as it is until <see cref="End"/>.</param>
    /// <param name="now">The wheel's time now.</param>
    public void Begin(Delivery delivery, long now)
    {
        _delivery = delivery;
        deadline.Start(now);
    }

    /// <summary>The call is over; from here on the delivery may be changed.</summary>
    public void End()
    {
        deadline.Stop();
        if (Volatile.Read(ref _looking) != 0)
        {
            WaitForTheLook();
        }
    }

    /// <summary>Ends the call under way if it has this id; false when it has another one, or is over.</summary>
    public bool TryCancel(ReadOnlySpan<byte> callId)
    {
        Interlocked.Increment(ref _looking);
        try
        {
            long call = deadline.Call;
            return Deadline.IsUnderWay(call) && _delivery!.Envelope.CallId.SequenceEqual(callId) && deadline.TryCancel(call);
        }
        finally
        {
            Interlocked.Decrement(ref _looking);
        }
    }

    // The look takes less than a microsecond, unless its thread was put aside in the middle of it.
    private void WaitForTheLook()
    {
        SpinWait wait = default;
        while (Volatile.Read(ref _looking) != 0)
        {
            wait.SpinOnce();
        }
    }
}
