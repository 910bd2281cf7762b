using Paddlewheel.Engine.Lanes;
using Paddlewheel.Engine.Tests.Deliveries;

namespace Paddlewheel.Engine.Tests.Lanes;

/// <summary>
/// A worker's lanes by the millisecond: the real shares, dealt when they say; of the rest, what matters to them. A pull takes
/// its time to the server and back, the subjects are listed every 50 ms, and a call takes its time in one of the slots.
/// </summary>
internal sealed class LaneModel
{
    private const int ListEveryMs = 50;

    private readonly Bench _bench = new(1);
    private readonly CreditShare _credits;
    private readonly One[] _lanes;
    private readonly Queue<(One Lane, int StoredAt)> _waiting = [];
    private readonly Queue<(One Lane, int EndsAt)> _running = [];
    private readonly int _slots;
    private readonly int _callMs;
    private readonly int _tripMs;
    private int _now;
    private int _dealAt;
    private int _left;

    public LaneModel(int slots, int callMs, int lanes, int listeners = int.MaxValue, int tripMs = 1)
    {
        (_slots, _callMs, _tripMs) = (slots, callMs, tripMs);
        CreditShare credits = _credits = new(slots, _bench.Clock, listeners);
        _lanes = [.. Enumerable.Range(0, lanes).Select(i => _bench.NewLane("s" + i, TimeSpan.FromSeconds(30))).Select((lane, i) => new One(i, lane, credits.Join(lane)))];
    }

    /// <summary>Which lane's call waited how long, from stored to begun.</summary>
    public List<(int Lane, int Ms)> Waits { get; } = [];

    /// <summary>Most messages at one time that the lanes held, in a slot or before it.</summary>
    public int MostHeld { get; private set; }

    public int StartedOf(int lane) => Waits.Count(wait => wait.Lane == lane);

    public void Publish(IEnumerable<int> lanes)
    {
        foreach (int lane in lanes)
        {
            _lanes[lane].Stored.Enqueue(_now);
            _left++;
        }
    }

    public void Run(int milliseconds)
    {
        for (int ms = 0; ms < milliseconds; ms++)
        {
            Step();
        }
    }

    /// <returns>How long it took.</returns>
    public int RunUntilEmpty(int most)
    {
        int began = _now;
        while (_left > 0 && _now - began < most)
        {
            Step();
        }

        return _now - began;
    }

    private void Step()
    {
        _now++;
        _bench.Clock.Move(TimeSpan.FromMilliseconds(1));
        while (_running.TryPeek(out (One Lane, int EndsAt) call) && call.EndsAt <= _now)
        {
            _running.Dequeue().Lane.Lane.SlotFreed(completed: true);
            _left--;
        }

        if (_now % ListEveryMs == 1)
        {
            List();
        }

        if (_now >= _dealAt)
        {
            _dealAt = _now + (int)_credits.Deal().TotalMilliseconds;
        }

        foreach (One one in _lanes)
        {
            Pull(one);
        }

        MostHeld = Math.Max(MostHeld, _waiting.Count + _running.Count);
        while (_running.Count < _slots && _waiting.TryDequeue(out (One Lane, int StoredAt) next))
        {
            Waits.Add((next.Lane.Index, _now - next.StoredAt));
            _running.Enqueue((next.Lane, _now + _callMs));
        }
    }

    private void List()
    {
        foreach (One one in _lanes)
        {
            if (one.Stored.Count > 0 && one.Lane.Backlog == 0 && one.Share.Outstanding == 0)
            {
                one.Lane.Backlog = one.Stored.Count;
            }
        }

        _credits.Deal();
    }

    // Answers what was asked a trip ago, then asks.
    private void Pull(One one)
    {
        if (_now - one.AskedAt < _tripMs)
        {
            return;
        }

        int asked = one.Share.Outstanding;
        for (; asked > 0 && one.Stored.TryDequeue(out int storedAt); asked--)
        {
            one.Lane.Took();
            one.Lane.Backlog = one.Stored.Count;
            one.Share.Worked(_bench.Clock.Timestamp);
            _waiting.Enqueue((one, storedAt));
        }

        if (!one.PullWaits)
        {
            one.Lane.Backlog = asked > 0 ? 0 : one.Lane.Backlog;
            asked = 0;
        }

        int want = one.Share.Slots - one.Lane.Held - asked;
        bool onlyListens = one.Share.IsCrowded && one.Lane.Backlog == 0;
        if (want > 0 && asked == 0 && (!onlyListens || one.Share.MayListen))
        {
            one.PullWaits = one.Lane.Backlog == 0;
            asked = onlyListens ? 1 : want;
            one.AskedAt = _now;
        }

        one.Share.Outstanding = asked;
    }

    private sealed class One(int index, Lane lane, CreditShare.Share share)
    {
        public int Index { get; } = index;

        public Lane Lane { get; } = lane;

        public CreditShare.Share Share { get; } = share;

        /// <summary>When the messages on the server were stored.</summary>
        public Queue<int> Stored { get; } = [];

        public bool PullWaits { get; set; }

        public int AskedAt { get; set; }
    }
}
