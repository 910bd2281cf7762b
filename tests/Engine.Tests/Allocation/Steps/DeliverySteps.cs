using System.Buffers;
using System.Threading.Tasks.Dataflow;
using Paddlewheel.Engine.Ack;
using Paddlewheel.Engine.Deliveries;
using Paddlewheel.Engine.Pipeline;
using Paddlewheel.Engine.Timing;
using Paddlewheel.Engine.Wire;

namespace Paddlewheel.Perf.Steps;

internal static class DeliverySteps
{
    public const string Room = "Deliveries";

    public static IEnumerable<Step> All()
    {
        Bench bench = new();
        yield return new(Room, "pool: rent and return", () =>
        {
            Step.Must(bench.Pool.TryRent(out Delivery delivery));
            bench.Pool.Return(delivery);
        });

        byte[] message = SampleMessages.Call();
        string replyTo = SampleMessages.ReplyTo(42);
        Step.Must(AckSubject.TryParse(replyTo, out AckSubject ack));
        yield return new(Room, "receive into a delivery, registry, release", () =>
        {
            Step.Must(bench.Pool.TryRent(out Delivery delivery));
            Step.Must(bench.Lane.Registry.TryAdd(42, delivery, replyTo));
            delivery.Receive(bench.Lane, replyTo, ack, new ReadOnlySequence<byte>(message));
            bench.Home.Release(delivery);
        });

        yield return Registry();
        yield return Leases();
    }

    private static Step Registry()
    {
        SequenceRegistry registry = new(256);
        Delivery delivery = new();
        ulong next = 0;
        return new(Room, "registry: 64 sequences in and out", () =>
        {
            ulong first = next;
            for (; next < first + 64; next++)
            {
                Step.Must(registry.TryAdd(next, delivery, ""));
            }

            for (ulong sequence = first; sequence < next; sequence++)
            {
                registry.Remove(sequence, delivery);
            }
        });
    }

    // One walk of the keeper over 256 held deliveries of which every third is due for renewal.
    private static Step Leases()
    {
        StepClock clock = new();
        Bench bench = new(256, clock);
        TimerWheel wheel = new(clock);
        int renewed = 0;
        InlineBlock<AckCommand> acks = new(command =>
        {
            renewed++;
            Step.Must(bench.Home.TryRenewLease(command.Delivery!));
        });
        byte[] message = SampleMessages.Call(0);
        for (ulong sequence = 1; sequence <= 256; sequence++)
        {
            bench.Take(message, sequence);
        }

        LeaseKeeper keeper = new(bench.Pool, wheel, (ITargetBlock<AckCommand>)acks, clock, TimeSpan.FromSeconds(60));
        keeper.Start();
        return new(Room, "lease keeper: one walk over 256 deliveries", () =>
        {
            clock.Move(TimeSpan.FromSeconds(2));
            Step.Must(wheel.Advance(clock.GetTimestamp(), 8) == 1);
        });
    }
}
