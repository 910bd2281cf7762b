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
    }
}
