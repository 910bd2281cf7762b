using Paddlewheel.Engine.Fetch;

namespace Paddlewheel.Engine.Lanes;

/// <summary>
/// How the slots are shared out as credit: max-min fairly among the lanes that have work. A lane alone has them all; lanes
/// that want more than an equal part share what the others leave; a lane that was busy a moment ago keeps one, so that its
/// next message finds a slot. Slots themselves bound what runs: credit only bounds what may come.
/// </summary>
/// <remarks>
/// Dealt anew every <see cref="DealEvery"/> by its owner, and every <see cref="DealSoon"/> while a lane could use what another
/// gives back. A lane that joins has one credit until then, and one that is not open none: what it can't ask for is another's.
/// </remarks>
internal sealed partial class CreditShare(int slots, TimeProvider time, int listeners = int.MaxValue)
{
    /// <summary>How often the owner deals: a lane that wakes or sleeps changes the others' parts within 100 ms.</summary>
    public static readonly TimeSpan DealEvery = TimeSpan.FromMilliseconds(50);

    /// <summary>The same while slots are free and a lane has less than it could use: about as long as a pull and a short call.</summary>
    public static readonly TimeSpan DealSoon = TimeSpan.FromMilliseconds(5);

    /// <summary>A lane without work keeps one slot free for so long after its last message.</summary>
    private static readonly TimeSpan KeptFor = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private readonly List<Share> _shares = [];
    private readonly PriorityQueue<Share, long> _line = new(slots);
    private Share[] _wanting = [];
    private int _outstanding;
    private int _places;
    private bool _competing;
    private bool _crowded;
    private readonly long _longestTrip = time.TimestampFrequency / 20;
    private readonly Prefetch _ahead = new(slots, time);
    private long _completed;
    private FairDeal _last;
    private long _turns;

    private int Total => slots;

    /// <summary>Lanes that share.</summary>
    public int Count
    {
        get { lock (_gate) { return _shares.Count; } }
    }

    public Share Join(Lane lane)
    {
        lock (_gate)
        {
            Share share = new(this, lane);
            _shares.Add(share);
            Array.Resize(ref _wanting, Math.Max(_wanting.Length, _shares.Capacity));
            DealIfAlone();
            return share;
        }
    }

    public void Leave(Share share)
    {
        lock (_gate)
        {
            share.Outstanding = 0;
            TakePlace(share);
            _shares.Remove(share);
            DealIfAlone();
        }
    }

    /// <summary>Shares the slots out anew, and wakes the lanes that may now ask for more.</summary>
    /// <returns>When to deal next.</returns>
    public TimeSpan Deal()
    {
        lock (_gate)
        {
            return DealLocked() ? DealSoon : DealEvery;
        }
    }

    /// <summary>Looks at every lane that shares; in the order in which they came.</summary>
    public void ForEach(Action<Share> look)
    {
        lock (_gate)
        {
            foreach (Share share in _shares)
            {
                look(share);
            }
        }
    }

    // Hundreds may come or go between two deals: only for the one that is alone is there nothing to weigh.
    private void DealIfAlone()
    {
        if (_shares.Count == 1)
        {
            DealLocked();
        }
    }

    private bool DealLocked()
    {
        _crowded = false;
        if (_shares.Count == 1)
        {
            GivePlace(_shares[0]);
            _shares[0].Give(slots);
            _competing = false;
            _last = default;
            return false;
        }

        long now = time.GetTimestamp();
        int wanting = 0, kept = 0, held = 0;
        foreach (Share share in _shares)
        {
            share.Look(now, slots);
            held += share.Held;
            _completed += share.TakeCompleted();
            GivePlace(share);
            _crowded |= share.IsOpen && !share.MayListen;
            if (share.Listens && share.MayListen && (share.Wants > 0 || share.IsKept(now, KeptFor)) && kept < slots / 8)
            {
                share.Wants++;
                kept++;
            }

            if (share.Wants == 0)
            {
                share.Give(share.MayListen ? 1 : 0);
            }
            else
            {
                _wanting[wanting++] = share;
            }
        }

        _competing = wanting > 1;
        _ahead.Observe(_completed, now);

        // The prefetch is rounded up; here that would be a message behind slow calls, for which another replica may have a slot.
        int ahead = Math.Max(0, _ahead.Current - 1);
        _last = FairDeal.Of(
            _wanting.AsSpan(0, wanting), _line, slots, held, ahead, now, DealEvery.Ticks * time.TimestampFrequency / TimeSpan.TicksPerSecond, ref _turns);
        return _last.InTurn || (_last.Short > 0 && held + kept < slots);
    }

    // A turn that was used: how long a message takes to come says how many of them must be on their way for no slot to wait.
    private void Came(long givenAt, long cameAt) => _ahead.ObserveRoundTrip(Math.Max(givenAt, cameAt - _longestTrip), cameAt);

    // A pull that only listens takes a place in memory that others need: without one, who hears of a message is told by the depth.
    private void GivePlace(Share share)
    {
        if (share.IsOpen && !share.MayListen && _places < listeners)
        {
            share.MayListen = true;
            _places++;
        }
    }

    private void TakePlace(Share share)
    {
        _places -= share.MayListen ? 1 : 0;
        share.MayListen = false;
    }

    private TimeSpan Elapsed(long from, long to) => time.GetElapsedTime(from, to);
}
