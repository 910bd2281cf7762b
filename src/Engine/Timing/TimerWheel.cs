namespace Paddlewheel.Engine.Timing;

/// <summary>
/// A hierarchical timer wheel with ticks of 1 ms. Assumes many timers of which most are cancelled or pushed back before they fire
/// (leases), on few threads: schedule and cancel are O(1), allocate nothing and hold one short lock. Monotonic time only.
/// An entry never fires early and, among entries of one tick, the one scheduled first fires first.
/// </summary>
internal sealed class TimerWheel
{
    // Entries moved down a level per hold of the lock: a slot with 100,000 timers must not stop every scheduling thread for its whole turn.
    private const int TurnBatch = 256;

    // What the driver was told: nothing to signal while it is awake, for it will ask before it sleeps.
    private const long Awake = long.MinValue;

    private readonly Lock _lock = new();
    private readonly WheelSlots _slots = new();
    private readonly WheelClock _clock;
    private long _current;
    private long _announced = Awake;
    private int _count;

    public TimerWheel(TimeProvider time) => (Time, _clock) = (time, new WheelClock(time));

    /// <summary>An entry was scheduled before the tick last given by <see cref="TryGetNextDue"/>. Raised on the scheduling thread, outside the lock.</summary>
    public event Action? Earlier;

    /// <summary>The clock this wheel turns by.</summary>
    public TimeProvider Time { get; }

    /// <summary>Entries that are armed.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>
    /// Arms <paramref name="entry"/>; any thread. A delay of zero or less means the next tick, any length is allowed.
    /// </summary>
    /// <exception cref="InvalidOperationException">The entry is armed already.</exception>
    public void Schedule(WheelEntry entry, TimeSpan delay)
    {
        // Outside the lock: reading the clock is the dearest part. If the wheel moves on meanwhile, the entry is due at once.
        long due = _clock.DueTick(_clock.Timestamp, delay);
        bool earlier;
        lock (_lock)
        {
            if (entry.Home != 0)
                throw new InvalidOperationException("The entry is armed already; cancel it first.");

            entry.DueTick = Math.Max(due, _current + 1);
            _slots.Add(entry, _current);
            _count++;
            earlier = entry.DueTick < _announced;
            if (earlier)
                _announced = entry.DueTick;
        }

        if (earlier)
            Earlier?.Invoke();
    }

    /// <summary>
    /// Disarms <paramref name="entry"/>; any thread. True: this call did it, and the entry will not fire. False: it was idle,
    /// has fired or is firing at this moment.
    /// </summary>
    public bool Cancel(WheelEntry entry)
    {
        lock (_lock)
        {
            if (entry.Home == 0)
                return false;

            _slots.Remove(entry);
            _count--;
            return true;
        }
    }

    /// <summary>
    /// Fires what is due at <paramref name="timestamp"/>, in order, at most <paramref name="maxBurst"/> entries; the rest stays due.
    /// One thread at a time. An exception out of an entry leaves the wheel whole: call again.
    /// </summary>
    /// <returns>Entries fired; equal to <paramref name="maxBurst"/> when there may be more.</returns>
    public int Advance(long timestamp, int maxBurst)
    {
        long target = _clock.TickAt(timestamp);
        int fired = 0;
        while (fired < maxBurst)
        {
            WheelEntry? entry;
            bool more;
            lock (_lock)
            {
                _announced = Awake;
                more = TryTake(target, out entry);
            }

            if (entry is not null)
            {
                fired++;
                entry.OnDue();
            }
            else if (!more)
            {
                break;
            }
        }

        return fired;
    }

    /// <summary>
    /// A timestamp that is never later than the next due entry: at it, <see cref="Advance"/> fires it or comes closer. From now
    /// until the next <see cref="Advance"/>, <see cref="Earlier"/> tells when it no longer holds. False: no entry is armed.
    /// </summary>
    public bool TryGetNextDue(out long timestamp)
    {
        long tick;
        lock (_lock)
        {
            tick = _slots.NextTick(_current);
            _announced = tick;
        }

        timestamp = tick == long.MaxValue ? 0 : _clock.TimestampAt(tick);
        return tick != long.MaxValue;
    }

    // One step under the lock. True with an entry: fire it. True without: the lock was held long enough, come again. False: done.
    private bool TryTake(long target, out WheelEntry? entry)
    {
        int moved = 0;
        while (true)
        {
            // Entries due in one tick keep their order: all of them pass through the same slots, and a slot is a queue. Above level 0
            // at most one slot begins at a given tick; half-way through it the lock may be let go, and the next step resumes here.
            for (int level = WheelSlots.Levels - 1; level > 0; level--)
            {
                while (_slots.Reached(level, _current) is { } high)
                {
                    _slots.Remove(high);
                    _slots.Add(high, _current);
                    if (++moved == TurnBatch)
                    {
                        entry = null;
                        return true;
                    }
                }
            }

            entry = _slots.Reached(0, _current);
            if (entry is not null)
            {
                _slots.Remove(entry);
                _count--;
                return true;
            }

            // Empty slots are never visited: one look at the bitmaps jumps over them.
            long next = _slots.NextTick(_current);
            if (next > target)
            {
                _current = Math.Max(_current, target);
                return false;
            }

            _current = next;
        }
    }
}
