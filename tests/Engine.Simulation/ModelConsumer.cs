using Paddlewheel.Engine.Telemetry;

namespace Paddlewheel.Engine.Simulation;

/// <summary>
/// A JetStream work queue with one pull consumer, as nats-server behaves: ack lookup by stream sequence whoever sends
/// it, redelivery before new messages, a renewal after expiry is useless, waiting pulls are served in turn.
/// </summary>
internal sealed class ModelConsumer(SimClock clock, TimeSpan ackWait)
{
    private readonly SortedDictionary<ulong, Pending> _pending = [];
    private readonly List<ulong> _redeliver = [];
    private readonly List<Pull> _pulls = [];
    private ulong _published;
    private ulong _delivered;
    private ulong _consumerSequence;

    /// <summary>Worker, subject and sequence of a message on its way out.</summary>
    public required Action<int, string, ulong> Send { get; init; }

    /// <summary>Worker, pull and status line on their way out.</summary>
    public required Action<int, int, string> SendStatus { get; init; }

    /// <summary>Nothing is left to deliver, and nothing waits for an answer.</summary>
    public bool IsEmpty => _pending.Count == 0 && _delivered == _published;

    public int PendingCount => _pending.Count;

    public bool HasWork => _redeliver.Count > 0 || _delivered < _published;

    public void Publish() => _published++;

    /// <summary>Time of the next expiry of a lease or a pull.</summary>
    public long NextDue()
    {
        long next = long.MaxValue;
        foreach ((ulong sequence, Pending pending) in _pending)
        {
            if (!_redeliver.Contains(sequence))
            {
                next = Math.Min(next, pending.Deadline);
            }
        }

        foreach (Pull pull in _pulls)
        {
            next = Math.Min(next, pull.Expires);
        }

        return next;
    }

    public void AddPull(int worker, int id, int batch) => _pulls.Add(new Pull(worker, id, clock.Now + TimeSpan.FromSeconds(15).Ticks) { Left = batch });

    /// <summary>The inbox of this worker is gone.</summary>
    public void DropPulls(int worker) => _pulls.RemoveAll(pull => pull.Worker == worker);

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

    public List<ulong> OwnedBy(int worker) => [.. _pending.Where(entry => entry.Value.Owner == worker).Select(entry => entry.Key)];

    /// <summary>Delivers a pending message again, for no reason that the worker could know.</summary>
    public ulong? Redeliver(int pick)
    {
        if (_pending.Count == 0)
        {
            return null;
        }

        ulong sequence = _pending.Keys.ElementAt(pick % _pending.Count);
        Requeue(sequence);
        return sequence;
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
            case AckKind.Nak when _redeliver.Contains(sequence):
                break;
            case AckKind.Nak when delay > TimeSpan.Zero:
                pending.Deadline = clock.Now + delay.Ticks;
                break;
            default:
                Requeue(sequence);
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
                Requeue(sequence);
            }
        }

        foreach (Pull pull in _pulls.Where(pull => pull.Expires <= clock.Now).ToList())
        {
            _pulls.Remove(pull);
            SendStatus(pull.Worker, pull.Id, "408 Request Timeout");
        }

        while (_pulls.Count > 0 && Next() is { } sequence)
        {
            Pull pull = _pulls[0];
            _pulls.RemoveAt(0);
            if (--pull.Left > 0)
            {
                _pulls.Add(pull);
            }

            Deliver(pull.Worker, sequence);
        }
    }

    private ulong? Next()
    {
        if (_redeliver.Count > 0)
        {
            ulong sequence = _redeliver[0];
            _redeliver.RemoveAt(0);
            return sequence;
        }

        return _delivered < _published ? ++_delivered : null;
    }

    private void Deliver(int worker, ulong sequence)
    {
        if (!_pending.TryGetValue(sequence, out Pending? pending))
        {
            _pending.Add(sequence, pending = new Pending());
        }

        pending.Owner = worker;
        pending.Count++;
        pending.Deadline = clock.Now + ackWait.Ticks + TimeSpan.TicksPerMillisecond;
        ulong left = _published - _delivered;
        Send(worker, $"$JS.ACK.OF_sim.sim.{pending.Count}.{sequence}.{++_consumerSequence}.{clock.Now * 100}.{left}", sequence);
    }

    private void Requeue(ulong sequence)
    {
        if (!_redeliver.Contains(sequence))
        {
            _redeliver.Add(sequence);
        }
    }

    private sealed class Pending
    {
        public int Owner { get; set; }

        public int Count { get; set; }

        public long Deadline { get; set; }
    }

    private sealed class Pull(int worker, int id, long expires)
    {
        public int Worker { get; } = worker;

        public int Id { get; } = id;

        public long Expires { get; } = expires;

        public int Left { get; set; }
    }
}
