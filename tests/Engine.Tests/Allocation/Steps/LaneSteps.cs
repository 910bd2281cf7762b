using Paddlewheel.Engine.Deliveries;
using Paddlewheel.Engine.Lanes;
using Paddlewheel.Engine.Pipeline;

namespace Paddlewheel.Perf.Steps;

internal static class LaneSteps
{
    public const string Room = "Lanes";

    private const int Slots = 64;

    public static IEnumerable<Step> All()
    {
        yield return Limit("start, success, tick", CallOutcome.Succeeded);
        yield return Limit("start, rejection, tick", CallOutcome.Rejected);
        foreach (int lanes in (int[])[1, 100, 2_000])
        {
            yield return Pick(lanes);
            yield return Deal(lanes);
        }
    }

    private static Step Limit(string name, CallOutcome outcome)
    {
        AdaptiveLimit limit = new(new AdaptiveRules(), new StepClock(), new Random(1));
        return new(Room, "adaptive limit: " + name, () =>
        {
            limit.Finished(limit.Started(), outcome);
            limit.Tick(hasBacklog: true, ceiling: 300);
            Step.Must(limit.Inflight == 0);
        });
    }

    // Every lane has a delivery that waits; the one whose turn it was lines up again behind the others.
    private static Step Pick(int lanes)
    {
        LaneTurns turns = new(Slots);
        WaitRing<Delivery>.Waiter waiter = new();
        Bench bench = new(lanes, new StepClock());
        byte[] message = SampleMessages.Call(0);
        for (int i = 0; i < lanes; i++)
        {
            Step.Must(turns.TryWrite(bench.Take(message, (ulong)i + 1, NewLane(bench, i))));
        }

        Lane? ended = null;
        return new(Room, $"turns: whose turn among {lanes} lanes", () =>
        {
            ValueTask<bool> read = turns.ReadAsync(waiter, ended);
            Step.Must(read.IsCompletedSuccessfully && read.Result);
            ended = waiter.Item.Lane;
            Step.Must(turns.TryWrite(waiter.Item));
        });
    }

    // Every tenth lane has a backlog, the others sleep: what is dealt every 50 ms.
    private static Step Deal(int lanes)
    {
        Bench bench = new(1, new StepClock());
        CreditShare credits = new(Slots, bench.Time);
        for (int i = 0; i < lanes; i++)
        {
            Lane lane = NewLane(bench, i);
            lane.Backlog = i % 10 == 0 ? 1_000 : 0;
            credits.Join(lane);
        }

        return new(Room, $"credits: one deal among {lanes} lanes", () =>
        {
            credits.Deal();
            Step.Must(credits.Count == lanes);
        });
    }

    private static Lane NewLane(Bench bench, int number) =>
        new("OF_faas-request", $"function-{number}", TimeSpan.FromSeconds(60), capacity: 4, bench.Metrics.ForQueue("faas-request"));
}
