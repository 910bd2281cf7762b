namespace Paddlewheel.Engine.Timing;

/// <summary>
/// Something that becomes due once per <see cref="TimerWheel.Schedule"/>. The links live in the entry, so arming it allocates
/// nothing. An entry belongs to one wheel at a time and may be scheduled again after it fired or was cancelled.
/// </summary>
internal abstract class WheelEntry
{
    // The one word of state: 0 = idle, otherwise 1 + index of the slot that holds the entry. Written under the wheel's lock
    // only: whoever turns it back to 0 there, Cancel or Advance, has won, and only the winner changes the wheel's count.
    private int _home;

    /// <summary>Scheduled and neither fired nor cancelled. A snapshot: it may change while the caller looks at it.</summary>
    public bool IsArmed => Volatile.Read(ref _home) != 0;

    internal int Home
    {
        get => _home;
        set => Volatile.Write(ref _home, value);
    }

    /// <summary>Wheel tick (1 ms since the wheel was made) at which to fire.</summary>
    internal long DueTick { get; set; }

    internal WheelEntry? Next { get; set; }

    internal WheelEntry? Previous { get; set; }

    /// <summary>
    /// The time has come. Runs on the thread that advances the wheel, outside the wheel's lock, with the entry already idle:
    /// it may be scheduled again from here. Must not block and must not throw: every other timer waits meanwhile.
    /// </summary>
    protected internal abstract void OnDue();
}
