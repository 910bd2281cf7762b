using Paddlewheel.Engine.Telemetry;

namespace Paddlewheel.Engine.Simulation;

/// <summary>
/// A JetStream work queue with one pull consumer, as nats-server behaves: ack lookup by stream sequence whoever sends
/// it, redelivery before new messages, a renewal after expiry is useless, waiting pulls are served in turn, no new
/// messages beyond its limit of pending ones, a sign of life on pulls that wait.
/// </summary>
internal sealed class ModelConsumer(SimClock clock, int lane, TimeSpan ackWait, int maxAckPending)
{
    private static readonly TimeSpan Expires = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(5);

    private readonly SortedDictionary<ulong, Pending> _pending = [];
    private readonly List<ulong> _redeliver = [];
    private readonly List<Pull> _pulls = [];
    private readonly List<int> _published = [];
    private int _delivered;
    private ulong _consumerSequence;

    /// <summary>Worker, subject and sequence of a message on its way out.</summary>
    public required Action<int, string, ulong> Send { get; init; }

    /// <summary>Worker, pull and status line on their way out.</summary>
    public required Action<int, int, string> SendStatus { get; init; }

    /// <summary>Nothing is left to deliver, and nothing waits for an answer.</summary>
    public bool IsEmpty => _pending.Count == 0 && _delivered == _published.Count;

    public int PendingCount => _pending.Count;

    /// <summary>A pull would get something now.</summary>
    public bool HasWork => _redeliver.Count > 0 || (_delivered < _published.Count && _pending.Count < maxAckPending);

    public void Publish(int message) => _published.Add(message);

    /// <summary>The message stored under this sequence; the first is 1.</summary>
    public int MessageAt(ulong sequence) => _published[(int)sequence - 1];

    /// <summary>Time of the next expiry of a lease or a pull, or of the next sign of life.</summary>
    public long NextDue()
    {
        long next = long.MaxValue;
        foreach ((_, Pending pending) in _pending)
        {
            if (!pending.IsQueued)
            {
                next = Math.Min(next, pending.Deadline);
            }
        }

        foreach (Pull pull in _pulls)
        {
            next = Math.Min(next, Math.Min(pull.Expires, pull.NextBeat));
        }

        return next;
    }

    public void AddPull(int worker, int id, int batch) =>
        _pulls.Add(new Pull(worker, id, clock.Now + Expires.Ticks) { Left = batch, NextBeat = clock.Now + Heartbeat.Ticks });

    /// <summary>The inbox of this worker is gone.</summary>
    public void DropPulls(int worker) => _pulls.RemoveAll(pull => pull.Worker == worker);

    /// <summary>Messages that this worker has asked for and the server will still send: the truth behind its ledger.</summary>
    public int OpenCredit(int worker)
    {
        int sum = 0;
        foreach (Pull pull in _pulls)
        {
            sum += pull.Worker == worker ? pull.Left : 0;
        }

        return sum;
    }

    public void ChangeLeader()
    {
        foreach (Pull pull in _pulls)
        {
            SendStatus(pull.Worker, pull.Id, "409 Leadership Change");
        }

        _pulls.Clear();
    }

    /// <summary>Worker that was given this message last, or -1.</summary>
    public int Owner(ulong sequence) => _pending.TryGetValue(sequence, out Pending? pending) ? pending.Owner : -1;

    public List<int> OwnedBy(int worker) => [.. _pending.Where(entry => entry.Value.Owner == worker).Select(entry => MessageAt(entry.Key))];

    /// <summary>Delivers a pending message again, for no reason that the worker could know.</summary>
    public int? Redeliver(int pick)
    {
        if (_pending.Count == 0)
        {
            return null;
        }

        (ulong sequence, Pending pending) = _pending.ElementAt(pick % _pending.Count);
        Requeue(sequence, pending);
        return MessageAt(sequence);
    }

    public void Answer(ulong sequence, AckKind kind, TimeSpan delay)
    {
        if (!_pending.TryGetValue(sequence, out Pending? pending))
        {
            return;
        }

        switch (kind)
        {
            case AckKind.Ack or AckKind.Term:
                _pending.Remove(sequence);
                _redeliver.Remove(sequence);
                break;
            case AckKind.InProgress:
                pending.Deadline = clock.Now + ackWait.Ticks;
                break;
            case AckKind.Nak when pending.IsQueued:
                break;
            case AckKind.Nak when delay > TimeSpan.Zero:
                pending.Deadline = clock.Now + delay.Ticks;
                break;
            default:
                Requeue(sequence, pending);
                break;
        }
    }

    /// <summary>Expires what is due and gives out what can be given.</summary>
    public void Turn()
    {
        foreach ((ulong sequence, Pending pending) in _pending)
        {
            if (pending.Deadline <= clock.Now)
            {
                Requeue(sequence, pending);
            }
        }

        for (int i = 0; i < _pulls.Count; i++)
        {
            Pull pull = _pulls[i];
            if (pull.Expires <= clock.Now)
            {
                _pulls.RemoveAt(i--);
                SendStatus(pull.Worker, pull.Id, "408 Request Timeout");
            }
            else if (pull.NextBeat <= clock.Now)
            {
                pull.NextBeat += Heartbeat.Ticks;
                SendStatus(pull.Worker, pull.Id, "100 Idle Heartbeat");
            }
        }

        while (_pulls.Count > 0 && HasWork)
        {
            Pull pull = _pulls[0];
            _pulls.RemoveAt(0);
            if (--pull.Left > 0)
            {
                pull.NextBeat = clock.Now + Heartbeat.Ticks;
                _pulls.Add(pull);
            }

            Deliver(pull.Worker);
        }
    }

    private void Deliver(int worker)
    {
        ulong sequence;
        if (_redeliver.Count > 0)
        {
            sequence = _redeliver[0];
            _redeliver.RemoveAt(0);
        }
        else
        {
            sequence = (ulong)++_delivered;
            _pending.Add(sequence, new Pending());
        }

        Pending pending = _pending[sequence];
        pending.IsQueued = false;
        pending.Owner = worker;
        pending.Count++;
        pending.Deadline = clock.Now + ackWait.Ticks + TimeSpan.TicksPerMillisecond;
        int left = _published.Count - _delivered;
        Send(worker, $"$JS.ACK.{SimLanes.StreamName(lane)}.sim.{pending.Count}.{sequence}.{++_consumerSequence}.{clock.Now * 100}.{left}", sequence);
    }

    private void Requeue(ulong sequence, Pending pending)
    {
        if (!pending.IsQueued)
        {
            pending.IsQueued = true;
            _redeliver.Add(sequence);
        }
    }

    private sealed class Pending
    {
        public int Owner { get; set; }

        public int Count { get; set; }

        public long Deadline { get; set; }

        /// <summary>Waits to be delivered again.</summary>
        public bool IsQueued { get; set; }
    }

    private sealed class Pull(int worker, int id, long expires)
    {
        public int Worker { get; } = worker;

        public int Id { get; } = id;

        public long Expires { get; } = expires;

        public long NextBeat { get; set; }

        public int Left { get; set; }
    }
}
