namespace Paddlewheel.Engine.Lanes;

internal sealed partial class CreditShare
{
    /// <summary>One lane's part.</summary>
    internal sealed class Share(CreditShare owner, Lane lane)
    {
        /// <summary>A message that said "more to come" is believed for so long with a pull open.</summary>
        private static readonly TimeSpan BelievedFor = TimeSpan.FromMilliseconds(200);

        private long _workedAt = long.MinValue;
        private int _outstanding;
        private int _slots = 1;
        private bool _mayListen;
        private long _completed = lane.Completed;
        private bool _awaited;

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
                FairDeal last = owner._last;
                return last.Short == 0 ? Math.Max(own, Dealt + last.Spare) : Math.Max(own, (Dealt + last.OfShort) / (last.Short + 1));
            }
        }

        /// <summary>What its own limit need not exceed. While it has a call in turn that says nothing of the next moment, when it may have many.</summary>
        public int Ceiling => owner._last.InTurn ? owner.Total : Math.Max(1, FairSlots);

        /// <summary>More lanes share than may listen.</summary>
        public bool IsCrowded => Volatile.Read(ref owner._crowded);

        public Lane Lane => lane;

        public int Held => lane.Held;

        /// <summary>Pulls can be sent. A lane that is still looking for its consumer can use nothing.</summary>
        public bool IsOpen { get; private set; } = true;

        /// <summary>It may keep a pull open though nothing is there.</summary>
        public bool MayListen
        {
            get => Volatile.Read(ref _mayListen);
            set => Volatile.Write(ref _mayListen, value);
        }

        /// <summary>The server has no more for it, as far as is known: it needs a pull open to hear of more, slot or no slot.</summary>
        public bool Listens { get; private set; }

        /// <summary>What it wants in the deal under way.</summary>
        public int Wants { get; set; }

        /// <summary>What it got of that.</summary>
        public int Dealt { get; set; }

        /// <summary>While there are more lanes at work than slots: its place in the line, and when its last turn began.</summary>
        public (long Number, long At) Turn { get; set; }

        /// <summary>It is its turn.</summary>
        public void TakeTurn(long number, long now)
        {
            Turn = (number, now);
            _awaited = true;
            Dealt = 1;
            Give(1);
        }

        /// <summary>Calls that ended since this was last asked.</summary>
        public long TakeCompleted()
        {
            long before = _completed;
            _completed = lane.Completed;
            return _completed - before;
        }

        /// <summary>A message came: the lane has work.</summary>
        public void Worked(long now) => Volatile.Write(ref _workedAt, now);

        /// <summary>Pulls can be sent from now on: one at once, and what else is due with the next deal.</summary>
        public void Open()
        {
            lock (owner._gate)
            {
                IsOpen = true;
                owner.GivePlace(this);
                if (Volatile.Read(ref _slots) == 0)
                {
                    Give(1);
                }
            }
        }

        /// <summary>Pulls can't be sent any more, or not yet.</summary>
        public void Close()
        {
            lock (owner._gate)
            {
                IsOpen = false;
                owner.TakePlace(this);
            }
        }

        public void Give(int given)
        {
            int before = Interlocked.Exchange(ref _slots, given);
            if (given > before)
            {
                lane.RoomMade();
            }
        }

        /// <summary>Finds out what the lane could use now: what it holds, and what the server has for it.</summary>
        public void Look(long now, int most)
        {
            long workedAt = Volatile.Read(ref _workedAt);
            if (_awaited && workedAt >= Turn.At)
            {
                _awaited = false;
                owner.Came(Turn.At, workedAt);
            }

            Listens = !IsOpen || !HasBacklog(now);
            int could = (int)Math.Min(lane.Held + (Listens ? 0 : lane.Backlog), most);
            int limit = Math.Max(1, lane.Line.Limit);

            // A limit that doubles needs the slots to double into: calls of a neighbour that begin together end together, and would
            // take all of them again for as long as they run, once for every doubling.
            Wants = !Listens && lane.Line.Adaptive is { IsDoubling: true } ? could : Math.Min(could, limit);
            Dealt = 0;
            if (Listens)
            {
                (Turn, _awaited) = (default, false);
            }
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
