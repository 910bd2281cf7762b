using Paddlewheel.Engine.Deliveries;

namespace Paddlewheel.Engine.Lanes;

/// <summary>One lane's deliveries that wait for a slot, first come first served, and its place in the ring of turns. Owned by <see cref="LaneTurns"/>' lock.</summary>
internal sealed class LaneLine
{
    private Delivery? _first;
    private Delivery? _last;
    private int _limit = int.MaxValue;
    private volatile AdaptiveLimit? _adaptive;

    /// <summary>Deliveries that wait.</summary>
    public int Waiting { get; private set; }

    /// <summary>Calls of this lane under way.</summary>
    public int Running { get; set; }

    /// <summary>Finds the limit out by itself; null for a lane without a limiter.</summary>
    public AdaptiveLimit? Adaptive
    {
        get => _adaptive;
        set => _adaptive = value;
    }

    /// <summary>Most calls of this lane at once; it may change at any time, on any thread.</summary>
    public int Limit
    {
        get => _adaptive?.Limit ?? Volatile.Read(ref _limit);
        set => Volatile.Write(ref _limit, value);
    }

    public bool IsAtLimit => Running >= Limit;

    /// <summary>The ring this line is in, with its neighbours there; null when nothing waits.</summary>
    public LaneRing? Ring { get; set; }

    public LaneLine? Before { get; set; }

    public LaneLine? After { get; set; }

    /// <summary>A call begins.</summary>
    public void Start(Delivery delivery)
    {
        Running++;
        delivery.StartedAt = _adaptive?.Started() ?? 0;
    }

    public void Add(Delivery delivery)
    {
        if (_last is null)
        {
            _first = delivery;
        }
        else
        {
            _last.Behind = delivery;
        }

        _last = delivery;
        Waiting++;
    }

    /// <summary>Takes the first; only with <see cref="Waiting"/> above 0.</summary>
    public Delivery Take()
    {
        Delivery delivery = _first!;
        _first = delivery.Behind;
        delivery.Behind = null;
        if (_first is null)
        {
            _last = null;
        }

        Waiting--;
        return delivery;
    }
}
