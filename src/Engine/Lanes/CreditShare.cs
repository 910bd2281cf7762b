namespace Paddlewheel.Engine.Lanes;

/// <summary>
/// How the slots are shared out as credit. A lane alone has them all; lanes with work share them equally; a lane without work
/// keeps a little, so that its first message needs no new pull. Slots themselves bound what runs: credit only bounds what
/// may come.
/// </summary>
internal sealed class CreditShare(int slots, TimeProvider time)
{
    private static readonly TimeSpan ActiveFor = TimeSpan.FromMilliseconds(500);
    private readonly Lock _gate = new();
    private readonly List<Share> _shares = [];

    public Share Join()
    {
        lock (_gate)
        {
            Share share = new(this);
            _shares.Add(share);
            return share;
        }
    }

    private int OutstandingOfAll()
    {
        lock (_gate)
        {
            int sum = 0;
            foreach (Share share in _shares)
            {
                sum += share.Outstanding;
            }

            return sum;
        }
    }

    private int Deal(Share asking)
    {
        lock (_gate)
        {
            if (_shares.Count == 1)
            {
                return slots;
            }

            long now = time.GetTimestamp();
            int active = 0;
            foreach (Share share in _shares)
            {
                if (share == asking || share.IsActive(now))
                {
                    active++;
                }
            }

            int equal = Math.Max(1, slots / active);
            return asking.IsActive(now) || active == 1 ? equal : Math.Max(1, equal / 4);
        }
    }

    /// <summary>One lane's part.</summary>
    internal sealed class Share(CreditShare owner)
    {
        private long _workedAt = long.MinValue;
        private int _outstanding;

        /// <summary>Messages this lane has asked for and not yet got.</summary>
        public int Outstanding
        {
            get => Volatile.Read(ref _outstanding);
            set => Volatile.Write(ref _outstanding, value);
        }

        /// <summary>The same of all lanes together.</summary>
        public int OutstandingOfAll => owner.OutstandingOfAll();

        /// <summary>Messages this lane may hold now, at least 1.</summary>
        public int Slots => owner.Deal(this);

        /// <summary>A message came: the lane has work.</summary>
        public void Worked(long now) => Volatile.Write(ref _workedAt, now);

        public bool IsActive(long now)
        {
            long workedAt = Volatile.Read(ref _workedAt);
            return workedAt != long.MinValue && owner.Elapsed(workedAt, now) < ActiveFor;
        }
    }

    private TimeSpan Elapsed(long from, long to) => time.GetElapsedTime(from, to);
}
