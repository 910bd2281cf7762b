using System.Buffers;
using System.Threading.Tasks.Dataflow;
using Microsoft.Extensions.Logging;
using Paddlewheel.Engine.Ack;
using Paddlewheel.Engine.Deliveries;
using Paddlewheel.Engine.Lanes;
using Paddlewheel.Engine.Modes;
using Paddlewheel.Engine.Telemetry;
using Paddlewheel.Engine.Wire;

namespace Paddlewheel.Engine.Fetch;

/// <summary>
/// Where a lane's messages come in: asks for as many as have a place to stand, copies each once into a delivery, and posts it
/// to the slots. A source block in Dataflow's terms, linked once.
/// </summary>
/// <remarks>
/// Messages and statuses come on NATS.Net's read loop; credits come back on any thread; pulls are sent by one loop. The
/// ledger between them has a lock of its own.
/// </remarks>
internal sealed class FetchBlock : IPullReceiver
{
    private readonly Lane _lane;
    private readonly DeliveryPool _pool;
    private readonly DeliveryHome _home;
    private readonly ITargetBlock<Delivery> _slots;
    private readonly ITargetBlock<AckCommand> _acks;
    private readonly EngineMetrics _metrics;
    private readonly ILogger _log;
    private readonly TimeProvider _time;
    private readonly CreditGate _gate;
    private long _lastHeard;
    private volatile bool _draining;

    public FetchBlock(Lane lane, CreditGate gate, DeliveryPool pool, DeliveryHome home, ITargetBlock<Delivery> slots, ITargetBlock<AckCommand> acks, EngineMetrics metrics, ILogger log, TimeProvider time)
    {
        _lane = lane;
        _gate = gate;
        _pool = pool;
        _home = home;
        _slots = slots;
        _acks = acks;
        _metrics = metrics;
        _log = log;
        _time = time;
    }

    /// <summary>Called on the read loop for every status but a heartbeat; the supervisor decides what it means.</summary>
    public Action<PullStatusKind, int, string>? OnStatus { get; set; }

    /// <summary>Timestamp of the last sign of life on the inbox.</summary>
    public long LastHeard => Volatile.Read(ref _lastHeard);

    /// <summary>A subscription begins: silence counts from here.</summary>
    public void StartListening() => Volatile.Write(ref _lastHeard, _time.GetTimestamp());

    /// <summary>From now on nothing is taken in: what still comes is handed back at once.</summary>
    public void StartDraining() => _draining = true;

    public void ReceiveMessage(string replyTo, in ReadOnlySequence<byte> payload, string subject = "")
    {
        long now = _time.GetTimestamp();
        Volatile.Write(ref _lastHeard, now);
        if (!AckSubject.TryParse(replyTo, out AckSubject ack))
        {
            _metrics.Dropped("not_jetstream");
            _log.Dropped(_lane.Stream, 0, "its ack subject is not JetStream's");
            return;
        }

        _lane.Backlog = (long)ack.Pending;
        if (ack.DeliveryCount == 1)
        {
            _lane.NewestStoredNs = ack.TimestampNs;
        }

        _gate.Received(ack.Pending > 0, (int)payload.Length, now);
        FenceVerdict fence = _lane.Book.Fences.Judge(ack.StreamSequence, subject, _lane.Consumer);
        if (fence != FenceVerdict.Free)
        {
            KeepOut(fence, ack, replyTo);
            return;
        }

        long leaseUntil = _home.LeaseFrom(now, _lane.AckWait);
        if (_draining || !_pool.TryRent(out Delivery delivery))
        {
            Refuse(ack, replyTo, now, leaseUntil);
            return;
        }

        SequenceKnown known = _lane.Registry.TryAdd(ack.StreamSequence, delivery, replyTo, now, leaseUntil, ack.DeliveryCount);
        if (known != SequenceKnown.New)
        {
            _pool.Return(delivery);
            Suppress(known, replyTo);
            return;
        }

        delivery.StartLease(now, leaseUntil);
        delivery.Receive(_lane, replyTo, ack, payload);
        _lane.Took();
        if (!_slots.Post(delivery))
        {
            // The slots take nothing more: a drain began between the two looks.
            delivery.State = DeliveryState.Answered;
            _lane.SlotFreed(completed: false);
            _acks.Post(AckCommand.Nak(delivery, TimeSpan.Zero));
        }
    }

    // A consumer of the other mode was given it first: it runs there, or has run, and is stored only until we let it go.
    private void KeepOut(FenceVerdict fence, in AckSubject ack, string replyTo)
    {
        _acks.Post(fence == FenceVerdict.Settled ? AckCommand.Again(replyTo) : AckCommand.HandBack(replyTo, FencedWait(ack.DeliveryCount)));
        _metrics.Dropped(fence == FenceVerdict.Settled ? "fence_settled" : "fenced");
        _gate.Wake();
    }

    private static TimeSpan FencedWait(int deliveries) => TimeSpan.FromSeconds(Math.Min(1 << Math.Min(deliveries, 4), 15));

    // No place to stand: asked for twice around a reconnect, or the last ones before the drain. It goes back at once, unless we
    // are working on it: then a NAK would start a second copy.
    private void Refuse(in AckSubject ack, string replyTo, long now, long leaseUntil)
    {
        SequenceKnown known = _lane.Registry.Meet(ack.StreamSequence, replyTo, now, leaseUntil, ack.DeliveryCount);
        if (known == SequenceKnown.New)
        {
            _acks.Post(AckCommand.HandBack(replyTo));
            _metrics.Dropped(_draining ? "draining" : "no_room");
        }
        else
        {
            Suppress(known, replyTo);
        }
    }

    private void Suppress(SequenceKnown known, string replyTo)
    {
        if (known == SequenceKnown.Done)
        {
            _acks.Post(AckCommand.Again(replyTo));
        }

        _metrics.DuplicateSuppressed();
        _gate.Wake();
    }

    public void ReceiveStatus(int pull, in ReadOnlySequence<byte> headers)
    {
        Volatile.Write(ref _lastHeard, _time.GetTimestamp());
        PullStatusKind kind = PullStatus.Parse(headers, out int code, out string text, out int left);
        if (kind == PullStatusKind.Heartbeat)
        {
            return;
        }

        _metrics.PullStatusReceived(code);
        switch (kind)
        {
            case PullStatusKind.LeadershipChange or PullStatusKind.ServerShutdown or PullStatusKind.NoResponders:
                _gate.VoidAll();
                break;
            case PullStatusKind.Unknown:
                break;
            case PullStatusKind.NoMessages or PullStatusKind.Expired:
                // It was believed to have more: others have it, or it waits for its retry. The next look at the depth asks again.
                _lane.Backlog = 0;
                _gate.Ended(pull, left);
                break;
            default:
                _gate.Ended(pull, left);
                break;
        }

        OnStatus?.Invoke(kind, code, text);
    }
}
