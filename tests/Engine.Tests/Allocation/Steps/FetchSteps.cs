using System.Buffers;
using Paddlewheel.Engine.Fetch;
using Paddlewheel.Engine.Lanes;

namespace Paddlewheel.Perf.Steps;

internal static class FetchSteps
{
    public const string Room = "Fetch";

    public static IEnumerable<Step> All()
    {
        yield return Ledger();
        yield return Gate();

        ArrayBufferWriter<byte> output = new(256);
        PullRequest request = new(64, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(5));
        yield return new(Room, "write a pull request", () =>
        {
            output.ResetWrittenCount();
            PullRequestSerializer.Instance.Serialize(output, request);
        });
    }

    private static Step Ledger()
    {
        PullLedger ledger = new();
        long now = 0;
        return new(Room, "pull ledger: two pulls, one filled, one ended early", () =>
        {
            ledger.Add(4, ++now);
            int early = ledger.Add(4, now);
            for (int i = 0; i < 6; i++)
            {
                ledger.Received(out _);
            }

            ledger.Ended(early);
            Step.Must(ledger.Outstanding == 1);
            ledger.Void();
        });
    }

    private static Step Gate()
    {
        Bench bench = new(time: new StepClock());
        CreditShare shares = new(64, bench.Time);
        CreditGate gate = new(bench.Lane, shares.Join(bench.Lane), bench.Pool, 64, bench.Time);
        return new(Room, "credit gate: ask, receive, room made", () =>
        {
            Step.Must(gate.TryAsk(out _, out int batch));
            for (int i = 0; i < batch; i++)
            {
                gate.Received(streamHasMore: true, 1024, bench.Time.GetTimestamp());
                bench.Lane.Took();
                bench.Lane.SlotFreed(completed: true);
                gate.RoomMade();
            }

            Step.Must(gate.Outstanding == 0);
        });
    }
}
