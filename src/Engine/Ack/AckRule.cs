using Paddlewheel.Engine.Deliveries;
using Paddlewheel.Engine.Retry;
using Paddlewheel.Engine.Telemetry;

namespace Paddlewheel.Engine.Ack;

/// <summary>What may still be said: nothing without a lease, except success, and nothing about another stream's messages.</summary>
internal sealed class AckRule(DeliveryHome home, TicketBook tickets)
{
    /// <summary>Asked when the answer is about to go out, not when it was decided. Renews the lease that a renewal stands for.</summary>
    public bool Allows(in AckCommand command)
    {
        if (command.Delivery is not { } delivery)
        {
            return command.Ticket is not { } ticket || (ticket.IsOfThisStream && !tickets.HasLostItsLease(ticket));
        }

        if (!delivery.IsOfThisStream)
        {
            return false;
        }

        if (command.Kind == AckKind.InProgress)
        {
            return delivery.Generation == command.Generation && delivery.State != DeliveryState.Answered && home.TryRenewLease(delivery);
        }

        return command.Kind == AckKind.Ack || !home.LeaseIsLost(delivery);
    }
}
