using Paddlewheel.Engine.Options;

namespace Paddlewheel.Engine.Judge;

/// <summary>
/// Exponential backoff with jitter (contract 4.3): initial, doubled for every retry, capped. The result is never negative and
/// never above the cap, for any arguments.
/// </summary>
internal static class Backoff
{
    /// <param name="initial">Wait before the first retry.</param>
    /// <param name="max">Longest wait.</param>
    /// <param name="retry">Which retry, from 1.</param>
    /// <param name="mode">Exponential: the wait itself; full: 0 to 100% of it; equal: 50 to 100%; both ends included.</param>
    /// <param name="random">Chance; used by the calling thread only.</param>
    public static TimeSpan Wait(TimeSpan initial, TimeSpan max, int retry, JitterMode mode, Random random)
    {
        long whole = Exponential(Math.Max(initial.Ticks, 0), Math.Max(max.Ticks, 0), Math.Max(retry, 1) - 1);
        return TimeSpan.FromTicks(mode switch
        {
            JitterMode.Full => UpTo(whole, random),

            // The larger half is certain, so that an odd number of ticks does not fall below 50%.
            JitterMode.Equal => whole - (whole / 2) + UpTo(whole / 2, random),
            _ => whole,
        });
    }

    // Compares before it shifts: retry 1,025 must not overflow into a short or negative wait.
    private static long Exponential(long initial, long max, int doublings) =>
        initial == 0 ? 0 : doublings < 63 && initial <= max >> doublings ? initial << doublings : max;

    private static long UpTo(long ticks, Random random) => random.NextInt64(Math.Min(ticks, long.MaxValue - 1) + 1);
}
