using System.Threading.Tasks.Dataflow;
using Paddlewheel.Engine.Deliveries;
using Paddlewheel.Engine.Pipeline;

namespace Paddlewheel.Perf.Steps;

internal static class PipelineSteps
{
    public const string Room = "Pipeline";

    public static IEnumerable<Step> All()
    {
        WaitRing<Delivery> ring = new(64, loops: 1);
        WaitRing<Delivery>.Waiter waiter = new();
        Delivery delivery = new();
        yield return new(Room, "ring: write and take", () =>
        {
            Step.Must(ring.TryWrite(delivery));
            Step.Must(ring.TryRead(out _));
        });
        yield return new(Room, "ring: write and read", () =>
        {
            Step.Must(ring.TryWrite(delivery));
            ValueTask<bool> read = ring.ReadAsync(waiter);
            Step.Must(read.IsCompletedSuccessfully && read.Result);
        });

        int seen = 0;
        ITargetBlock<Delivery> inline = new InlineBlock<Delivery>(_ => seen++);
        yield return new(Room, "inline block: post", () => Step.Must(inline.Post(delivery)));
        yield return Hop();
    }

    // A loop that sleeps is woken for every item: the dearest case, and the one in which a waiter could be allocated.
    private static Step Hop()
    {
        WaitRing<Delivery> ring = new(64, loops: 1);
        Delivery delivery = new();
        SemaphoreSlim taken = new(0);
        _ = Task.Run(async () =>
        {
            WaitRing<Delivery>.Waiter waiter = new();
            while (await ring.ReadAsync(waiter).ConfigureAwait(false))
            {
                waiter.Item = null!;
                taken.Release();
            }
        });
        return new(Room, "ring: hand over to a sleeping loop", () =>
        {
            Step.Must(ring.TryWrite(delivery));
            taken.Wait();
        })
        {
            Threads = true,
        };
    }
}
