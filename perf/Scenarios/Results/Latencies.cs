using HdrHistogram;

namespace Paddlewheel.Perf.Scenarios;

/// <summary>
/// Latencies of an open model are counted from when a call should have been sent, so that a stall is felt by every call that it
/// delayed, not only by one.
/// </summary>
internal static class Latencies
{
    private static readonly double[] Shown = [50, 90, 99, 99.9, 100];
    private static readonly double[] Curve = [10, 20, 30, 40, 50, 60, 70, 75, 80, 85, 90, 92.5, 95, 97.5, 98, 99, 99.5, 99.8, 99.9, 99.95, 99.99, 100];

    /// <summary>Adds p50 to max as figures and the whole curve.</summary>
    /// <param name="result">Where to.</param>
    /// <param name="name">From where to where.</param>
    /// <param name="calls">The calls that are counted.</param>
    /// <param name="span">Timestamps of a call's begin and end; an end of 0 has not been reached and is not counted.</param>
    public static void Add(ScenarioResult result, string name, IEnumerable<int> calls, Func<int, (long From, long To)> span)
    {
        LongHistogram histogram = new(1, 3_600_000_000, 3);
        foreach (int call in calls)
        {
            (long from, long to) = span(call);
            if (to != 0)
            {
                histogram.RecordValue(Math.Clamp((long)TimeProvider.System.GetElapsedTime(from, to).TotalMicroseconds, 1, 3_600_000_000));
            }
        }

        foreach (double percentile in Shown)
        {
            string label = percentile == 100 ? "max" : FormattableString.Invariant($"p{percentile}");
            result.Add($"{name}, {label}, ms", Milliseconds(histogram, percentile), "F2");
        }

        result.Distributions.Add(new Distribution(name, histogram.TotalCount, [.. Curve.Select(it => new PercentilePoint(it, Milliseconds(histogram, it)))]));
    }

    private static double Milliseconds(LongHistogram histogram, double percentile) => histogram.GetValueAtPercentile(percentile) / 1000.0;
}
