using System.Threading.Tasks.Dataflow;
using Paddlewheel.Engine.Ack;
using Paddlewheel.Engine.Deliveries;
using Paddlewheel.Engine.Pipeline;
using Paddlewheel.Engine.Retry;
using Paddlewheel.Engine.Telemetry;

namespace Paddlewheel.Engine.Simulation;

/// <summary>
/// Stands where AckBlock stands, which needs a connection: the same rules of what may be sent and who goes home then, told
/// once more. If they change there, they change here.
/// </summary>
internal sealed class SimAckLoop
{
    private readonly Queue<AckCommand> _commands = [];
    private readonly DeliveryHome _home;
    private readonly TicketBook _tickets;
    private readonly ISimNetwork _network;
    private readonly SimWorker _worker;
    private readonly SimClock _clock;
    private readonly AckReplay _replay;
    private long _brokenAt;

    public SimAckLoop(DeliveryHome home, TicketBook tickets, SimClock clock, ISimNetwork network, SimWorker worker)
    {
        (_home, _tickets, _network, _worker, _clock) = (home, tickets, network, worker, clock);
        _replay = new AckReplay(clock);
        Target = new InlineBlock<AckCommand>(_commands.Enqueue);
    }

    public ITargetBlock<AckCommand> Target { get; }

    public bool IsEmpty => _commands.Count == 0;

    /// <summary>Deliveries that went home through here.</summary>
    public int Settled { get; private set; }

    public int Queued => _commands.Count;

    /// <summary>Retries that waited on the wheel and were asked for.</summary>
    public int TicketsAnswered { get; private set; }

    public void ConnectionLost() => _brokenAt = _clock.Now;

    public void ConnectionBack()
    {
        foreach ((string replyTo, AckKind kind) in _replay.Since(_brokenAt))
        {
            _network.Answer(_worker, replyTo, kind, TimeSpan.Zero);
        }
    }

    public void Turn()
    {
        while (_commands.TryDequeue(out AckCommand command))
        {
            string? replyTo = command.Delivery?.ReplyTo ?? command.ReplyTo;
            if (replyTo is not null && MayBeSent(command))
            {
                if (command.Kind is AckKind.Ack or AckKind.Term)
                {
                    _replay.Remember(replyTo, command.Kind);
                }

                _network.Answer(_worker, replyTo, command.Kind, command.Delay);
            }

            Settle(command);
        }
    }

    private bool MayBeSent(in AckCommand command)
    {
        if (command.Delivery is not { } delivery)
        {
            return command.Ticket is not { } ticket || !_tickets.HasLostItsLease(ticket);
        }

        if (command.Kind == AckKind.InProgress)
        {
            return delivery.Generation == command.Generation && delivery.State != DeliveryState.Answered && _home.TryRenewLease(delivery);
        }

        return command.Kind == AckKind.Ack || !_home.LeaseIsLost(delivery);
    }

    private void Settle(in AckCommand command)
    {
        if (command.Kind == AckKind.InProgress)
        {
            return;
        }

        if (command.Delivery is { } delivery)
        {
            Settled++;
            _home.Release(delivery, command.Kind is AckKind.Ack or AckKind.Term);
        }
        else if (command.Ticket is { } ticket)
        {
            TicketsAnswered++;
            _tickets.Close(ticket);
        }
    }
}
