using System.Threading.Tasks.Dataflow;
using Paddlewheel.Engine.Ack;
using Paddlewheel.Engine.Deliveries;

namespace Paddlewheel.Engine.Retry;

/// <summary>
/// Decides where a retry waits (ADR 3). Up to half the ack wait: here, on the wheel, with the lease renewed if it would not
/// last. Longer, or while we drain: on the server, with a NAK that carries the delay, so that it survives us.
/// </summary>
internal sealed class RetryBlock(TicketBook tickets, DeliveryHome home, ITargetBlock<AckCommand> acks, TimeProvider time)
{
    private volatile bool _draining;

    public void StartDraining() => _draining = true;

    /// <summary>Takes in a delivery whose verdict is to retry; it leaves through Ack or goes home, its ticket stays.</summary>
    public void Accept(Delivery delivery)
    {
        TimeSpan delay = delivery.Verdict.Delay;
        TimeSpan longestHere = TimeSpan.FromTicks(delivery.Lane.AckWait.Ticks / 2);
        delivery.Lane.Metrics.Retried(delivery.Verdict.Reason);

        if (delay <= TimeSpan.Zero)
        {
            Answer(delivery, TimeSpan.Zero);
            return;
        }

        if (_draining || delay > longestHere || home.LeaseIsLost(delivery) || !LeaseLasts(delivery, delay) || !tickets.TryOpen(delivery, delay, onServer: false))
        {
            tickets.TryOpen(delivery, delay, onServer: true);
            Answer(delivery, delay);
            return;
        }

        delivery.State = DeliveryState.Answered;
        home.Release(delivery, done: false);
    }

    // The keeper renews at a third of the ack wait, so two thirds are left at worst and half of it always fits; when the
    // keeper is late the server takes the wait instead.
    private bool LeaseLasts(Delivery delivery, TimeSpan delay) => time.GetElapsedTime(time.GetTimestamp(), delivery.LeaseUntil) > delay;

    private void Answer(Delivery delivery, TimeSpan delay)
    {
        delivery.State = DeliveryState.Answered;
        acks.Post(AckCommand.Nak(delivery, delay));
    }
}
