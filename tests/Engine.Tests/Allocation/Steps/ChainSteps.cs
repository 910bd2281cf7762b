using Microsoft.Extensions.Logging.Abstractions;
using Paddlewheel.Engine.Ack;
using Paddlewheel.Engine.Retry;
using Paddlewheel.Engine.Timing;

namespace Paddlewheel.Perf.Steps;

internal static class ChainSteps
{
    public const string Room = "Chain";

    public static IEnumerable<Step> All()
    {
        foreach (int slots in (int[])[1, 64])
        {
            Bench bench = new(3 * slots + 16);
            Chain chain = new(bench, slots, Chain.Answered(bench));
            yield return new(Room, $"fetch, invoke, judge, release with {slots} slots", () => chain.Pass(500)) { Messages = 500, Threads = true };
        }

        foreach (int slots in (int[])[1, 64])
        {
            Bench bench = new(3 * slots + 16);
            TimerWheel wheel = new(bench.Time);
            AckBlock acks = new(
                new NoServer(), bench.Home, new TicketBook(wheel, bench.Time), wheel, bench.Metrics, NullLogger.Instance, bench.Time, bench.Pool.Size * 2, CancellationToken.None);
            acks.Start();
            Chain chain = new(bench, slots, acks);
            yield return new(Room, $"fetch, invoke, judge, ack with {slots} slots", () => chain.Pass(500)) { Messages = 500, Threads = true };
        }

        yield return new(Room, "one message from fetch to ack on one thread", new Walk(new Bench(16, new StepClock())).Message) { Async = true };
    }
}
