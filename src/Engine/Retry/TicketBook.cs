using System.Threading.Tasks.Dataflow;
using Paddlewheel.Engine.Ack;
using Paddlewheel.Engine.Deliveries;
using Paddlewheel.Engine.Lanes;
using Paddlewheel.Engine.Timing;

namespace Paddlewheel.Engine.Retry;

/// <summary>
/// All waiting retries of this worker: how many, and what to do with them when they are due or when we stop. Tickets are
/// reused; the book grows to <see cref="Limit"/> and then leaves the rest to the server alone.
/// </summary>
internal sealed class TicketBook(TimerWheel wheel, TimeProvider time)
{
    /// <summary>Most tickets; a retry beyond it waits on the server without one.</summary>
    public const int Limit = 100_000;

    private readonly Lock _gate = new();
    private readonly List<Ticket> _all = [];
    private readonly Stack<Ticket> _free = new();
    private readonly CallTickets _calls = new();
    private int _leasesLost;
    private ITargetBlock<AckCommand> _acks = DataflowBlock.NullTarget<AckCommand>();

    /// <summary>Retries that wait, here or on the server, as far as this worker knows.</summary>
    public int Waiting
    {
        get { lock (_gate) { return _all.Count - _free.Count; } }
    }

    /// <summary>Retries that are not asked for any more: their lease ran out in a pause, and the server delivers them by itself.</summary>
    public int LeasesLost => Volatile.Read(ref _leasesLost);

    public void SendTo(ITargetBlock<AckCommand> acks) => _acks = acks;

    /// <summary>Opens a ticket for the delivery; false when the book is full.</summary>
    public bool TryOpen(Delivery delivery, TimeSpan delay, bool onServer)
    {
        Ticket ticket;
        int callHash = CallTickets.HashOf(delivery.Envelope.CallId);
        lock (_gate)
        {
            if (!_free.TryPop(out ticket!))
            {
                if (_all.Count == Limit)
                {
                    return false;
                }

                ticket = new Ticket(this);
                _all.Add(ticket);
            }

            long dueAt = time.GetTimestamp() + (long)(delay.TotalSeconds * time.TimestampFrequency);
            ticket.Open(delivery.ReplyTo, delivery.Lane, delivery.StreamSequence, onServer, dueAt, onServer ? Math.Max(dueAt, delivery.LeaseUntil) : delivery.LeaseUntil, callHash);
            _calls.Add(ticket);
            if (delivery.Lane.Line.Adaptive is not null && LaneLimits.OutcomeOf(delivery) == CallOutcome.Rejected)
            {
                delivery.Lane.Rejected.Add(ticket);
            }
        }

        wheel.Schedule(ticket, delay);
        return true;
    }

    /// <summary>On the wheel's thread: the wait is over.</summary>
    public void Due(Ticket ticket)
    {
        if (ticket.OnServer)
        {
            Close(ticket);
        }
        else if (HasLostItsLease(ticket))
        {
            Interlocked.Increment(ref _leasesLost);
            Close(ticket);
        }
        else
        {
            _acks.Post(AckCommand.Nak(ticket, TimeSpan.Zero));
        }
    }

    /// <summary>After a pause longer than the lease: a NAK now would start an extra copy (it has been delivered again already).</summary>
    public bool HasLostItsLease(Ticket ticket) => time.GetTimestamp() > ticket.LeaseUntil;

    public void Close(Ticket ticket)
    {
        lock (_gate)
        {
            ticket.Lane?.Rejected.Remove(ticket);
            _calls.Remove(ticket);
            ticket.Shut();
            _free.Push(ticket);
        }
    }

    /// <summary>There is room: up to <paramref name="most"/> rejected calls of the lane are asked for again now, the oldest first.</summary>
    /// <returns>How many were.</returns>
    public int Wake(Lane lane, int most)
    {
        int woken = 0;
        while (woken < most && TryNextRejected(lane) is { } ticket)
        {
            // A timer that has just fired asks for it itself.
            if (wheel.Cancel(ticket))
            {
                _acks.Post(AckCommand.Nak(ticket, TimeSpan.Zero));
                woken++;
            }
        }

        return woken;
    }

    /// <summary>A call was cancelled: what waits of it is asked for now, so that it ends now.</summary>
    public void WakeCall(ReadOnlySpan<byte> callId)
    {
        int callHash = CallTickets.HashOf(callId);
        while (TryNextOfCall(callHash) is { } ticket)
        {
            // A timer that has just fired asks for it itself.
            if (wheel.Cancel(ticket))
            {
                _acks.Post(AckCommand.Nak(ticket, TimeSpan.Zero));
            }
        }
    }

    private Ticket? TryNextOfCall(int callHash)
    {
        lock (_gate)
        {
            return _calls.Take(callHash);
        }
    }

    private Ticket? TryNextRejected(Lane lane)
    {
        lock (_gate)
        {
            Ticket? ticket = lane.Rejected.First;
            if (ticket is not null)
            {
                lane.Rejected.Remove(ticket);
            }

            return ticket;
        }
    }

    /// <summary>At shutdown: what waits on the wheel goes to the server with what is left of its delay.</summary>
    /// <returns>How many were handed over.</returns>
    public int HandOver()
    {
        Ticket[] all;
        lock (_gate)
        {
            all = [.. _all];
        }

        int handed = 0;
        long now = time.GetTimestamp();
        foreach (Ticket ticket in all)
        {
            if (!wheel.Cancel(ticket))
            {
                continue;
            }

            if (ticket.OnServer)
            {
                Close(ticket);
                continue;
            }

            TimeSpan left = time.GetElapsedTime(now, ticket.DueAt);
            _acks.Post(AckCommand.Nak(ticket, left > TimeSpan.Zero ? left : TimeSpan.Zero));
            handed++;
        }

        return handed;
    }
}
