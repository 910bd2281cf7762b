using Paddlewheel.Perf.Scenarios;

namespace Paddlewheel.Perf.Load;

/// <summary>The charts of one result.</summary>
internal static class ResultCharts
{
    public static IEnumerable<Chart> Of(ScenarioResult result)
    {
        if (result.Samples.Count > 1)
        {
            yield return OverTime("Throughput", "runs/s", Rates(result.Samples, static it => it.Runs));
            yield return OverTime("Runs at one time", "runs", result.Samples.Select(static it => (it.Seconds, (double)it.Running)));
            yield return OverTime("Worker memory", "RSS, MiB", result.Samples.Select(static it => (it.Seconds, it.RssMiB)));
            yield return OverTime("Worker processor time", "cores", Rates(result.Samples, static it => it.CpuSeconds));
        }

        if (result.Distributions.Count > 0)
        {
            Chart chart = new("Latency by percentile", "percentile", "ms") { X = Scale.Percentile, Y = Scale.Logarithmic, Width = 932, Height = 280 };
            chart.Lines.AddRange(result.Distributions.Select(static it => new Line(it.Name, [.. it.Points.Select(static p => (p.Percentile, p.Milliseconds))])));
            yield return chart;
        }
    }

    private static Chart OverTime(string title, string unit, IEnumerable<(double X, double Y)> points)
    {
        Chart chart = new(title, "seconds", unit);
        chart.Lines.Add(new Line(title, [.. points]));
        return chart;
    }

    // From one look to the next; the books of /proc move in steps of 10 ms, which a look four times a second still tells apart.
    private static IEnumerable<(double X, double Y)> Rates(List<Sample> samples, Func<Sample, double> total) => samples.Zip(
        samples.Skip(1),
        (before, after) => (after.Seconds, Math.Max(0, (total(after) - total(before)) / Math.Max(0.001, after.Seconds - before.Seconds))));
}
