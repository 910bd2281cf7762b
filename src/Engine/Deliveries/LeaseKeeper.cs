using System.Threading.Tasks.Dataflow;
using Paddlewheel.Engine.Ack;
using Paddlewheel.Engine.Timing;

namespace Paddlewheel.Engine.Deliveries;

/// <summary>
/// Keeps the leases of everything that is held. One entry on the wheel walks over all deliveries and asks for a renewal of
/// each whose last one is older than a third of the ack wait: the hot path pays nothing, and a thousand held messages cost
/// a thousand comparisons every so often.
/// </summary>
internal sealed class LeaseKeeper(DeliveryPool pool, TimerWheel wheel, ITargetBlock<AckCommand> acks, TimeProvider time, TimeSpan shortestAckWait) : WheelEntry
{
    // Short enough for an adopted consumer with an ack wait of a second, and for a batch not to be renewed all at once.
    private readonly TimeSpan _period = TimeSpan.FromTicks(Math.Clamp(shortestAckWait.Ticks / 15, TimeSpan.TicksPerMillisecond * 20, TimeSpan.TicksPerMillisecond * 200));
    private volatile bool _stopped;

    public void Start() => wheel.Schedule(this, _period);

    public void Stop() => _stopped = true;

    protected internal override void OnDue()
    {
        if (_stopped)
        {
            return;
        }

        long now = time.GetTimestamp();
        foreach (Delivery delivery in pool.All)
        {
            int generation = delivery.Generation;
            if (delivery.State is DeliveryState.Free or DeliveryState.Answered || delivery.RenewalAsked || delivery.LeaseLost)
            {
                continue;
            }

            if (time.GetElapsedTime(delivery.LeaseRenewed, now) >= RenewAfter(delivery))
            {
                delivery.RenewalAsked = true;
                acks.Post(AckCommand.InProgress(delivery, generation));
            }
        }

        wheel.Schedule(this, _period);
    }

    // A third of the ack wait, less up to a tenth of it by sequence: a batch that came together is not renewed together.
    private static TimeSpan RenewAfter(Delivery delivery)
    {
        long third = delivery.Lane.AckWait.Ticks / 3;
        return TimeSpan.FromTicks(third - (third / 1000 * (long)(delivery.StreamSequence % 100)));
    }
}
