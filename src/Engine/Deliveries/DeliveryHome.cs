using Microsoft.Extensions.Logging;
using Paddlewheel.Engine.Telemetry;

namespace Paddlewheel.Engine.Deliveries;

/// <summary>The end of the walk, and the lease along it: what may still be answered, and how a delivery goes home.</summary>
internal sealed class DeliveryHome(DeliveryPool pool, EngineMetrics metrics, ILogger log, TimeProvider time)
{
    /// <summary>Timestamp at which a lease that starts now ends: the ack wait, less a margin for the way from the server to us.</summary>
    public long LeaseFrom(long now, TimeSpan ackWait)
    {
        TimeSpan margin = TimeSpan.FromTicks(Math.Min(ackWait.Ticks / 10, TimeSpan.TicksPerMillisecond * 500));
        return now + ToTimestamp(ackWait - margin);
    }

    /// <summary>Starts the ack wait anew, unless it ran out already: a renewal after that does not stop a redelivery.</summary>
    public bool TryRenewLease(Delivery delivery)
    {
        if (LeaseIsLost(delivery))
        {
            return false;
        }

        long now = time.GetTimestamp();
        delivery.RenewLease(now, LeaseFrom(now, delivery.Lane.AckWait));
        metrics.LeaseRenewed();
        return true;
    }

    /// <summary>True once the lease ran out; from then on only a success may be answered.</summary>
    public bool LeaseIsLost(Delivery delivery)
    {
        if (!delivery.LeaseLost && time.GetTimestamp() > delivery.LeaseUntil)
        {
            delivery.LeaseLost = true;
            metrics.LeaseLost();
            log.LeaseLost(delivery.Lane.Stream, delivery.StreamSequence, delivery.DeliveryCount);
        }

        return delivery.LeaseLost;
    }

    /// <summary>Its answer is out: return the object, and tell the lane that there is room.</summary>
    /// <param name="delivery">Who goes home.</param>
    /// <param name="done">The message is not to run again: acked or terminated.</param>
    public void Release(Delivery delivery, bool done = false)
    {
        Lanes.Lane lane = delivery.Lane;
        lane.Registry.Remove(delivery.StreamSequence, delivery, done);
        pool.Return(delivery);
        lane.RoomMade();
    }

    private long ToTimestamp(TimeSpan span) => (long)(span.TotalSeconds * time.TimestampFrequency);
}
