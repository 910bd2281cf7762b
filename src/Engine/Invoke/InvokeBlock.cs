using System.Threading.Tasks.Dataflow;
using Paddlewheel.Engine.Ack;
using Paddlewheel.Engine.Deliveries;
using Paddlewheel.Engine.Lanes;
using Paddlewheel.Engine.Pipeline;

namespace Paddlewheel.Engine.Invoke;

/// <summary>
/// Takes a delivery in, calls its function, and passes the delivery on with the result. Bounded by the pool; as parallel as
/// <c>max_inflight</c>: each slot is one loop that lives as long as the worker (ADR 1). Never decides what a status means.
/// </summary>
internal sealed class InvokeBlock : LoopBlock<Delivery>, IPropagatorBlock<Delivery, Delivery>
{
    private readonly LaneTurns _turns;
    private readonly Slot[] _slots;
    private ITargetBlock<Delivery> _next = DataflowBlock.NullTarget<Delivery>();

    public InvokeBlock(SlotParts parts, int slots)
        : this(parts, slots, new LaneTurns(slots))
    {
    }

    private InvokeBlock(SlotParts parts, int slots, LaneTurns turns)
        : base(slots, turns)
    {
        _turns = turns;
        _slots = new Slot[slots];
        for (int i = 0; i < slots; i++)
        {
            _slots[i] = new Slot(parts);
        }
    }

    /// <summary>Slots with a call under way.</summary>
    public int Busy => _turns.Running;

    /// <summary>A lane's limit changed: what waits of it may run now, or may not any more.</summary>
    public void LimitChanged(Lane lane)
    {
        _turns.LimitChanged(lane);
        lane.RoomMade();
    }

    /// <summary>Ends every call under way that has this id; one id may have several, of different functions.</summary>
    public void Cancel(ReadOnlySpan<byte> callId)
    {
        foreach (Slot slot in _slots)
        {
            slot.TryCancel(callId);
        }
    }

    /// <summary>Takes back what no slot has begun; each goes to <paramref name="acks"/> to be delivered elsewhere at once.</summary>
    public int HandBackWaiting(ITargetBlock<AckCommand> acks)
    {
        int handed = 0;
        while (_turns.TryTakeBack(out Delivery delivery))
        {
            delivery.State = DeliveryState.Answered;
            delivery.Lane.SlotFreed(completed: false);
            acks.Post(AckCommand.Nak(delivery, TimeSpan.Zero));
            handed++;
        }

        return handed;
    }

    IDisposable ISourceBlock<Delivery>.LinkTo(ITargetBlock<Delivery> target, DataflowLinkOptions linkOptions)
    {
        _next = target;
        return new Link(this);
    }

    Delivery? ISourceBlock<Delivery>.ConsumeMessage(DataflowMessageHeader messageHeader, ITargetBlock<Delivery> target, out bool messageConsumed)
    {
        // Deliveries are offered by value: there is never one to come back for.
        messageConsumed = false;
        return null;
    }

    bool ISourceBlock<Delivery>.ReserveMessage(DataflowMessageHeader messageHeader, ITargetBlock<Delivery> target) => false;

    void ISourceBlock<Delivery>.ReleaseReservation(DataflowMessageHeader messageHeader, ITargetBlock<Delivery> target)
    {
    }

    protected override async Task RunLoopAsync(int loop)
    {
        Slot slot = _slots[loop];
        WaitRing<Delivery>.Waiter waiter = new();
        Lane? ended = null;
        try
        {
            while (await _turns.ReadAsync(waiter, ended).ConfigureAwait(false))
            {
                Delivery delivery = waiter.Item;
                waiter.Item = null!;
                ended = delivery.Lane;
                delivery.State = DeliveryState.Invoking;
                if (slot.TryBegin(delivery))
                {
                    try
                    {
                        using HttpResponseMessage response = await slot.SendAsync().ConfigureAwait(false);
                        ValueTask taking = slot.TakeAsync(response);
                        if (!taking.IsCompletedSuccessfully)
                        {
                            await taking.ConfigureAwait(false);
                        }
                    }
                    catch (Exception exception)
                    {
                        slot.Fail(exception);
                    }

                    slot.End();
                }

                CallEnded(delivery);
                ended.CallEnded();
                int generation = delivery.Generation;
                if (!_next.Post(delivery))
                {
                    throw new InvalidOperationException("the judge refused a delivery");
                }

                if (delivery.Generation == generation)
                {
                    // One that has gone home has told of the room of both, its slot's and its own.
                    ended.RoomMade();
                }
            }
        }
        catch (Exception exception)
        {
            FaultFrom(exception);
            throw;
        }
    }

    private void CallEnded(Delivery delivery)
    {
        if (delivery.Lane.Line.Adaptive is { } limit && limit.Finished(delivery.StartedAt, LaneLimits.OutcomeOf(delivery)))
        {
            LimitChanged(delivery.Lane);
        }
    }

    private sealed class Link(InvokeBlock block) : IDisposable
    {
        public void Dispose() => block._next = DataflowBlock.NullTarget<Delivery>();
    }
}
