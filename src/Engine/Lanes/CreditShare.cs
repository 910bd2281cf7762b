namespace Paddlewheel.Engine.Lanes;

/// <summary>
/// How the slots are shared out as credit: max-min fairly among the lanes that have work. A lane alone has them all; lanes
/// that want more than an equal part share what the others leave; a lane that was busy a moment ago keeps one, so that its
/// next message finds a slot. Slots themselves bound what runs: credit only bounds what may come.
/// </summary>
/// <remarks>Dealt anew every <see cref="DealEvery"/> by its owner. A lane that wakes has one credit until then.</remarks>
internal sealed class CreditShare(int slots, TimeProvider time, int listeners = int.MaxValue)
{
    /// <summary>How often the owner deals: a lane that wakes or sleeps changes the others' parts within 100 ms.</summary>
    public static readonly TimeSpan DealEvery = TimeSpan.FromMilliseconds(50);

    /// <summary>A lane without work keeps one slot free for so long after its last message.</summary>
    private static readonly TimeSpan KeptFor = TimeSpan.FromSeconds(10);

    /// <summary>A message that said "more to come" is believed for so long with a pull open.</summary>
    private static readonly TimeSpan BelievedFor = TimeSpan.FromMilliseconds(200);

    private readonly Lock _gate = new();
    private readonly List<Share> _shares = [];
    private Share[] _wanting = [];
    private int _outstanding;
    private int _turn;
    private bool _competing;
    private bool _crowded;

    // Of the last deal: slots that nobody wanted, and the lanes that wanted more than they got, with what they got.
    private int _spare;
    private int _short;
    private int _ofShort;

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
            DealLocked();
            return share;
        }
    }

    public void Leave(Share share)
    {
        lock (_gate)
        {
            share.Outstanding = 0;
            _shares.Remove(share);
            DealLocked();
        }
    }

    /// <summary>Shares the slots out anew, and wakes the lanes that may now ask for more.</summary>
    public void Deal()
    {
        lock (_gate)
        {
            DealLocked();
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

    // Water filling: those that want least are served first, so that what they leave is known when the others are.
    private void DealLocked()
    {
        if (_shares.Count == 1)
        {
            _shares[0].Give(slots);
            (_competing, _crowded) = (false, false);
            (_spare, _short, _ofShort) = (0, 0, 0);
            return;
        }

        // A pull that only listens takes a place that others need: with too many lanes, who hears of a message is told by the depth.
        bool isCrowded = _crowded = _shares.Count > listeners;
        long now = time.GetTimestamp();
        int wanting = 0, kept = 0, held = 0;
        foreach (Share share in _shares)
        {
            share.Wants = share.Demand(now, slots);
            held += share.Held;
            if (share.Listens && (share.Wants > 0 || share.IsKept(now, KeptFor)) && kept < slots / 8)
            {
                share.Wants++;
                kept++;
            }

            if (share.Wants == 0)
            {
                share.Give(isCrowded ? 0 : 1);
            }
            else
            {
                _wanting[wanting++] = share;
            }
        }

        // With every slot busy, one message more would wait here while another replica is free.
        bool mayListen = !isCrowded && held < slots;
        _competing = wanting > 1;
        Span<Share> inOrder = _wanting.AsSpan(0, wanting);
        if (wanting > slots)
        {
            DealInTurn(inOrder, mayListen);
            (_spare, _short, _ofShort) = (0, 0, 0);
            return;
        }

        inOrder.Sort(static (a, b) => a.Wants.CompareTo(b.Wants));
        int left = slots, wantingMore = 0, ofShort = 0;
        for (int i = 0; i < wanting; i++)
        {
            int given = Math.Min(inOrder[i].Wants, left / (wanting - i));
            left -= given;
            inOrder[i].Give(inOrder[i].Listens && mayListen ? Math.Max(given, inOrder[i].Held + 1) : given);
            if (given < inOrder[i].Wants)
            {
                wantingMore++;
                ofShort += given;
            }
        }

        (_spare, _short, _ofShort) = (left, wantingMore, ofShort);
    }

    // More lanes than slots: one each, to other lanes with every deal. Those without a backlog need no turn to hear of a message.
    private void DealInTurn(Span<Share> wanting, bool mayListen)
    {
        int first = _turn % wanting.Length;
        for (int i = 0; i < wanting.Length; i++)
        {
            int place = i - first;
            wanting[i].Give(wanting[i].Listens ? wanting[i].Held + (mayListen ? 1 : 0) : (place < 0 ? place + wanting.Length : place) < slots ? 1 : 0);
        }

        _turn = first + slots;
    }

    private TimeSpan Elapsed(long from, long to) => time.GetElapsedTime(from, to);

    /// <summary>One lane's part.</summary>
    internal sealed class Share(CreditShare owner, Lane lane)
    {
        private long _workedAt = long.MinValue;
        private int _outstanding;
        private int _slots = 1;

        /// <summary>Messages this lane has asked for and not yet got.</summary>
        public int Outstanding
        {
            get => Volatile.Read(ref _outstanding);
            set => Interlocked.Add(ref owner._outstanding, value - Interlocked.Exchange(ref _outstanding, value));
        }

        /// <summary>The same of all lanes together.</summary>
        public int OutstandingOfAll => Volatile.Read(ref owner._outstanding);

        /// <summary>Messages this lane may hold now, by fair share and by its own limit.</summary>
        public int Slots => Math.Min(Volatile.Read(ref _slots), lane.Line.Limit);

        /// <summary>Most messages to hold beyond the slots: with other lanes at work no more than the lane's own part, and nothing behind a single slot.</summary>
        public int PrefetchLimit => !owner._competing ? int.MaxValue : Slots > 1 ? Slots : 0;

        /// <summary>What the lane would have if its own limit were higher: what nobody wants, or an equal part with those that want more.</summary>
        public int FairSlots
        {
            get
            {
                int own = Volatile.Read(ref _slots);
                return owner._short == 0 ? own + owner._spare : Math.Max(own, (own + owner._ofShort) / (owner._short + 1));
            }
        }

        /// <summary>More lanes share than may listen.</summary>
        public bool IsCrowded => Volatile.Read(ref owner._crowded);

        public Lane Lane => lane;

        /// <summary>What it wants in the deal under way.</summary>
        public int Wants { get; set; }

        /// <summary>A message came: the lane has work.</summary>
        public void Worked(long now) => Volatile.Write(ref _workedAt, now);

        public void Give(int given)
        {
            int before = Interlocked.Exchange(ref _slots, given);
            if (given > before)
            {
                lane.RoomMade();
            }
        }

        /// <summary>The server has no more for it, as far as is known: it needs a pull open to hear of more, slot or no slot.</summary>
        public bool Listens { get; private set; }

        public int Held => lane.Held;

        /// <summary>What the lane could use now: everything while the server has more for it, else what it holds.</summary>
        public int Demand(long now, int most)
        {
            Listens = !HasBacklog(now);
            int limit = Math.Max(1, lane.Line.Limit);
            if (Listens || limit >= most || lane.Line.Adaptive is not { IsDoubling: true })
            {
                return Math.Min(Listens ? lane.Held : most, limit);
            }

            // A limit that doubles needs the slots to double into: calls of a neighbour that begin together end together, and would
            // take all of them again for as long as they run, once for every doubling.
            return (int)Math.Clamp(lane.Held + lane.Backlog, 1, most);
        }

        /// <summary>Whether the server has more for this lane. A pull that stays open says no, whatever the last message said: others took it.</summary>
        public bool HasBacklog(long now) => lane.Backlog > 0 && (Outstanding == 0 || IsKept(now, BelievedFor));

        public bool IsKept(long now, TimeSpan keptFor)
        {
            long workedAt = Volatile.Read(ref _workedAt);
            return workedAt != long.MinValue && owner.Elapsed(workedAt, now) < keptFor;
        }
    }
}
