using System.Threading.Tasks.Sources;

namespace Paddlewheel.Engine.Pipeline;

/// <summary>
/// A ring of items with reusable waiters: what stands between a producer and long-lived loops. Nothing is allocated per
/// item, because each loop brings its own <see cref="Waiter"/> (ADR 1).
/// </summary>
/// <remarks>
/// Many writers, many readers. The lock is held for a few array steps, never while anything is awaited or woken.
/// A bounded ring refuses when it is full; a growing one doubles: it is for acks, which must never be refused.
/// </remarks>
internal sealed class WaitRing<T> : ILoopQueue<T>
{
    private readonly Lock _gate = new();
    private readonly bool _grows;
    private T[] _items;
    private int _head;
    private int _count;
    private readonly Waiter[] _idle;
    private int _idleCount;
    private bool _completed;

    /// <param name="capacity">Items the ring holds before it refuses or grows; at least 1.</param>
    /// <param name="loops">Loops that may wait at once.</param>
    /// <param name="grows">Whether a full ring doubles instead of refusing.</param>
    public WaitRing(int capacity, int loops, bool grows = false)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        _items = new T[capacity];
        _idle = new Waiter[loops];
        _grows = grows;
    }

    /// <summary>Items that wait for a loop.</summary>
    public int Count
    {
        get { lock (_gate) { return _count; } }
    }

    /// <summary>Hands the item to a waiting loop or keeps it; false when the ring is full or completed.</summary>
    public bool TryWrite(T item) => TryWrite(item, atOnce: 1, out _);

    /// <summary>The same for an item that may wait for company: loops that wait are woken for so many at once.</summary>
    /// <param name="item">What comes last of all that waits.</param>
    /// <param name="atOnce">Items for which a waiting loop is woken; 1 wakes one for this item.</param>
    /// <param name="held">The item waits though a loop does as well: until more come, or <see cref="Flush"/>.</param>
    public bool TryWrite(T item, int atOnce, out bool held)
    {
        Waiter waiter;
        lock (_gate)
        {
            held = false;
            if (_completed || !TryKeep(item))
            {
                return false;
            }

            held = _idleCount > 0 && _count < atOnce;
            if (_idleCount == 0 || held)
            {
                return true;
            }

            waiter = Serve();
        }

        waiter.Wake(true);
        return true;
    }

    /// <summary>Wakes a waiting loop for what is held, if anything is.</summary>
    public void Flush()
    {
        Waiter waiter;
        lock (_gate)
        {
            if (_idleCount == 0 || _count == 0)
            {
                return;
            }

            waiter = Serve();
        }

        waiter.Wake(true);
    }

    /// <summary>True with an item in <paramref name="waiter"/>, now or later; false when the ring is completed and empty.</summary>
    public ValueTask<bool> ReadAsync(Waiter waiter)
    {
        lock (_gate)
        {
            if (_count > 0)
            {
                waiter.Item = Take();
                return new ValueTask<bool>(true);
            }

            if (_completed)
            {
                return new ValueTask<bool>(false);
            }

            _idle[_idleCount++] = waiter;
            return waiter.AsTask();
        }
    }

    /// <summary>Takes an item if one is there.</summary>
    public bool TryRead(out T item)
    {
        lock (_gate)
        {
            if (_count == 0)
            {
                item = default!;
                return false;
            }

            item = Take();
            return true;
        }
    }

    /// <summary>Refuses new items; loops end when what is left has been read.</summary>
    public void Complete()
    {
        Waiter? reader = null;
        Waiter[] idle;
        lock (_gate)
        {
            _completed = true;
            if (_idleCount > 0 && _count > 0)
            {
                reader = Serve();
            }

            idle = _idle[.._idleCount];
            _idleCount = 0;
        }

        // What was held is read by one loop; the others have nothing to come for.
        reader?.Wake(true);
        foreach (Waiter waiter in idle)
        {
            waiter.Wake(false);
        }
    }

    // Under the lock, with a loop that waits and an item.
    private Waiter Serve()
    {
        Waiter waiter = _idle[--_idleCount];
        waiter.Item = Take();
        return waiter;
    }

    private bool TryKeep(T item)
    {
        if (_count == _items.Length)
        {
            if (!_grows)
            {
                return false;
            }

            T[] larger = new T[_items.Length * 2];
            for (int i = 0; i < _count; i++)
            {
                larger[i] = _items[(_head + i) % _items.Length];
            }

            (_items, _head) = (larger, 0);
        }

        int tail = _head + _count++;
        _items[tail >= _items.Length ? tail - _items.Length : tail] = item;
        return true;
    }

    private T Take()
    {
        T item = _items[_head];
        _items[_head] = default!;
        _head = _head + 1 == _items.Length ? 0 : _head + 1;
        _count--;
        return item;
    }

    /// <summary>One loop's place to wait; reused for as long as the loop lives.</summary>
    internal sealed class Waiter : IValueTaskSource<bool>
    {
        private ManualResetValueTaskSourceCore<bool> _core;

        /// <summary>What was read; valid after a read that answered true.</summary>
        public T Item { get; set; } = default!;

        public ValueTask<bool> AsTask() => new(this, _core.Version);

        /// <param name="hasItem">What the read answers.</param>
        /// <param name="here">Whether the loop goes on on this thread, until it waits again, instead of on the pool.</param>
        public void Wake(bool hasItem, bool here = false)
        {
            _core.RunContinuationsAsynchronously = !here;
            _core.SetResult(hasItem);
        }

        bool IValueTaskSource<bool>.GetResult(short token)
        {
            bool hasItem = _core.GetResult(token);
            _core.Reset();
            return hasItem;
        }

        ValueTaskSourceStatus IValueTaskSource<bool>.GetStatus(short token) => _core.GetStatus(token);

        void IValueTaskSource<bool>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
            _core.OnCompleted(continuation, state, token, flags);
    }
}
