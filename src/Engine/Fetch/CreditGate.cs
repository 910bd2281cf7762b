using Paddlewheel.Engine.Deliveries;
using Paddlewheel.Engine.Lanes;
using Paddlewheel.Engine.Pipeline;

namespace Paddlewheel.Engine.Fetch;

/// <summary>
/// Decides how much a lane may ask for, and when asking is worth a pull: credit = the slots it may use + prefetch, less what
/// it holds and what is already on the way, and never more than there are free deliveries.
/// </summary>
internal sealed class CreditGate(Lane lane, CreditShare.Share share, DeliveryPool pool, int prefetchLimit, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly PullLedger _ledger = new();
    private readonly Prefetch _prefetch = new(prefetchLimit, time);
    // One place: a wake-up that finds another one waiting has nothing to add.
    private readonly WaitRing<bool> _wake = new(capacity: 1, loops: 1);
    private readonly WaitRing<bool>.Waiter _waiter = new();
    private int _largest;
    private int _mostOnTheWay = MaxBytesOnTheWay / UnknownBytes;

    /// <summary>A pull lives no longer on the server; what is older was ended by a status that we never saw.</summary>
    public static readonly TimeSpan LongestPull = TimeSpan.FromSeconds(20);

    /// <summary>
    /// Bytes asked for and not yet come, by the largest message lately seen: half of what nats-server lets wait for a client by
    /// default (<c>max_pending</c>) before it takes the client for dead and drops the connection.
    /// </summary>
    public const int MaxBytesOnTheWay = 32 * 1024 * 1024;

    /// <summary>What a message counts before one was seen: nats-server's default <c>max_payload</c>.</summary>
    public const int UnknownBytes = 1024 * 1024;

    /// <summary>Most messages in one pull: the consumer's own limit, if it has one.</summary>
    public int MaxBatch { get; set; } = int.MaxValue;

    /// <summary>Most messages to hold beyond the free slots: what the consumer's <c>max_ack_pending</c> leaves to this worker.</summary>
    public int MostAhead { get; set; } = int.MaxValue;

    /// <summary>Messages asked for and not yet come.</summary>
    public int Outstanding
    {
        get { lock (_gate) { return _ledger.Outstanding; } }
    }

    /// <summary>Whether a pull may wait for messages. Among more lanes than may listen its places are needed elsewhere if there are none.</summary>
    public bool MayWait => !share.IsCrowded || (OnlyListens && share.MayListen);

    /// <summary>A pull, if one is due now: its number and its batch.</summary>
    public bool TryAsk(out int pull, out int batch)
    {
        lock (_gate)
        {
            long now = time.GetTimestamp();
            _prefetch.Observe(lane.Completed, now);
            _ledger.EndOlderThan(now - (long)(LongestPull.TotalSeconds * time.TimestampFrequency));
            Publish();
            batch = Math.Min(Want(), MaxBatch);
            pull = -1;
            if (batch < Least || _ledger.IsFull)
            {
                return false;
            }

            pull = _ledger.Add(batch, now);
            Publish();
            return true;
        }
    }

    /// <summary>A message of that many bytes came out of an outstanding pull.</summary>
    public void Received(bool streamHasMore, int bytes, long now)
    {
        share.Worked(now);
        bool due;
        lock (_gate)
        {
            // A large one is not forgotten at once: the next may be as large.
            bool first = _largest == 0;
            int largest = Math.Max(bytes, _largest - (_largest / 64));
            if (largest != _largest)
            {
                _largest = largest;
                _mostOnTheWay = Math.Max(1, MaxBytesOnTheWay / largest);
            }

            if (_ledger.Received(out long sentAt) && streamHasMore)
            {
                _prefetch.ObserveRoundTrip(sentAt, now);
            }

            // What has come makes room on the way, whether its call ends soon or not; it will be held, and is not counted there yet.
            due = (first || _mostOnTheWay < share.Slots || (streamHasMore && share.IsCrowded)) && !_ledger.IsFull && Want() > Least;
            Publish();
        }

        if (due)
        {
            Wake();
        }
    }

    /// <inheritdoc cref="PullLedger.Ended"/>
    public void Ended(int pull, int left = -1)
    {
        lock (_gate)
        {
            _ledger.Ended(pull, left);
            Publish();
        }

        Wake();
    }

    public void VoidAll()
    {
        lock (_gate)
        {
            _ledger.Void();
            Publish();
        }

        Wake();
    }

    /// <summary>A credit may have come back: wakes the pull loop if a pull is due. Any thread; does not block.</summary>
    public void RoomMade()
    {
        lock (_gate)
        {
            if (_ledger.IsFull || Want() < Least)
            {
                return;
            }
        }

        Wake();
    }

    public void Wake() => _wake.TryWrite(true);

    /// <summary>Waits until a pull may be due; false when the lane has stopped. One loop only.</summary>
    public ValueTask<bool> WaitAsync() => _wake.ReadAsync(_waiter);

    /// <summary>Ends the pull loop.</summary>
    public void Stop() => _wake.Complete();

    // Others must know what this lane has asked for: all lanes take from one pool.
    private void Publish() => share.Outstanding = _ledger.Outstanding;

    private int Want()
    {
        int want = Math.Min(
            Math.Min(share.Slots + Ahead - lane.Held, _mostOnTheWay) - _ledger.Outstanding,
            pool.Free - share.OutstandingOfAll);

        // What the stream is not believed to have would be asked for in vain again and again; one pull of one waits, if it may.
        return !OnlyListens ? want : share.MayListen && _ledger.Outstanding == 0 ? Math.Min(want, 1) : 0;
    }

    private int Ahead => Math.Min(Math.Min(_prefetch.Current, MostAhead), share.PrefetchLimit);

    private bool OnlyListens => share.IsCrowded && lane.Backlog == 0;

    // What is worth a pull. By what the lane may hold now, not when it last asked: with its slots given to others it could never want as much.
    private int Least => OnlyListens ? 1 : Math.Max(1, Math.Min(Ahead, Math.Min(MaxBatch, _mostOnTheWay)) / 2);
}
