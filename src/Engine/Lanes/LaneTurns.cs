using Paddlewheel.Engine.Deliveries;
using Paddlewheel.Engine.Pipeline;

namespace Paddlewheel.Engine.Lanes;

/// <summary>
/// Whose turn it is when a slot is free: lanes with waiting deliveries are served one after another, so that a lane with one
/// message never stands behind a lane with a thousand. A lane at its limit is passed over until one of its calls ends.
/// </summary>
/// <remarks>
/// Many writers, many slots; the lock is held for a few pointer steps. Lines and rings are linked through the deliveries and
/// lanes themselves, so that nothing is allocated and no number of lanes makes a turn slower.
/// </remarks>
internal sealed class LaneTurns(int slots) : ILoopQueue<Delivery>
{
    private readonly Lock _gate = new();
    private readonly WaitRing<Delivery>.Waiter[] _idle = new WaitRing<Delivery>.Waiter[slots];

    // Every lane with a delivery that waits is in one of the two: it may run it, or it is at its limit.
    private readonly LaneRing _ready = new();
    private readonly LaneRing _atLimit = new();
    private int _idleCount;
    private int _count;
    private int _running;
    private bool _completed;

    /// <summary>Deliveries that wait for a slot.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Deliveries that have a slot.</summary>
    public int Running => Volatile.Read(ref _running);

    public bool TryWrite(Delivery item)
    {
        WaitRing<Delivery>.Waiter? waiter;
        lock (_gate)
        {
            if (_completed)
            {
                return false;
            }

            LaneLine line = item.Lane.Line;
            line.Add(item);
            _count++;
            Place(line);
            waiter = TryServe();
        }

        waiter?.Wake(true, here: item.IsLast);
        return true;
    }

    /// <summary>The next delivery in <paramref name="waiter"/>, now or later; false when completed and empty.</summary>
    /// <param name="waiter">The slot's own place to wait.</param>
    /// <param name="ended">The lane whose call this slot has just ended, or null.</param>
    public ValueTask<bool> ReadAsync(WaitRing<Delivery>.Waiter waiter, Lane? ended)
    {
        lock (_gate)
        {
            if (ended is not null)
            {
                ended.Line.Running--;
                _running--;
                Place(ended.Line);
            }

            if (Take() is { } delivery)
            {
                waiter.Item = delivery;
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

    /// <summary>Takes back a delivery that no slot has begun, whatever its lane's limit.</summary>
    public bool TryTakeBack(out Delivery delivery)
    {
        lock (_gate)
        {
            if ((_ready.Next ?? _atLimit.Next) is not { } line)
            {
                delivery = null!;
                return false;
            }

            delivery = line.Take();
            _count--;
            Place(line);
            return true;
        }
    }

    /// <summary>A lane's limit changed: what waits may run now, or may not any more.</summary>
    public void LimitChanged(Lane lane)
    {
        WaitRing<Delivery>.Waiter? waiter;
        do
        {
            lock (_gate)
            {
                Place(lane.Line);
                waiter = TryServe();
            }

            waiter?.Wake(true);
        }
        while (waiter is not null);
    }

    public void Complete()
    {
        WaitRing<Delivery>.Waiter[] idle;
        lock (_gate)
        {
            _completed = true;
            idle = _idle[.._idleCount];
            _idleCount = 0;
        }

        foreach (WaitRing<Delivery>.Waiter waiter in idle)
        {
            waiter.Wake(false);
        }
    }

    private WaitRing<Delivery>.Waiter? TryServe()
    {
        if (_idleCount == 0 || Take() is not { } delivery)
        {
            return null;
        }

        WaitRing<Delivery>.Waiter waiter = _idle[--_idleCount];
        waiter.Item = delivery;
        return waiter;
    }

    private Delivery? Take()
    {
        while (_ready.Next is { } line)
        {
            if (line.IsAtLimit)
            {
                // Its limit fell since it was placed.
                Place(line);
                continue;
            }

            Delivery delivery = line.Take();
            line.Start(delivery);
            _running++;
            _count--;
            _ready.Advance();
            Place(line);
            return delivery;
        }

        return null;
    }

    private void Place(LaneLine line)
    {
        LaneRing? ring = line.Waiting == 0 ? null : line.IsAtLimit ? _atLimit : _ready;
        if (ring != line.Ring)
        {
            line.Ring?.Remove(line);
            ring?.Add(line);
        }
    }
}
