using System.Globalization;

namespace Paddlewheel.Engine.Integration.Dashboards;

/// <summary>A heatmap of a histogram's buckets, as Grafana makes it of cumulative series.</summary>
internal static class HeatPlot
{
    public static void Draw(Svg svg, Picture.Area plot, DateTimeOffset from, DateTimeOffset to, IReadOnlyList<(string Name, PrometheusServer.Series Series)> series)
    {
        (double Bound, Dictionary<double, double> Values)[] buckets =
        [
            .. series.Select(static it => (Bound(it.Name), it.Series.Points.ToDictionary(static p => p.Time, static p => p.Value))).OrderBy(static it => it.Item1),
        ];
        var cells = (
            from i in Enumerable.Range(0, buckets.Length)
            from point in buckets[i].Values
            let count = point.Value - (i == 0 ? 0 : buckets[i - 1].Values.GetValueOrDefault(point.Key))
            where count > 0.01
            select (Bucket: i, Time: point.Key, Count: count)).ToArray();
        if (cells.Length == 0)
        {
            return;
        }

        (int low, int high) = (cells.Min(static it => it.Bucket), cells.Max(static it => it.Bucket));
        double most = cells.Max(static it => it.Count);
        double row = plot.H / (high - low + 1);
        double step = plot.W / Math.Max(1, cells.Select(static it => it.Time).Distinct().Count());
        foreach ((int bucket, double time, double count) in cells)
        {
            double x = Math.Max(plot.X, plot.AtTime(time, from, to) - step);
            svg.Box(x, plot.Y + (row * (high - bucket)), step, row - 1, "#bc4c00", opacity: 0.12 + (0.88 * Math.Sqrt(count / most)));
        }

        for (int bucket = low; bucket <= high; bucket++)
        {
            svg.Text(plot.X - 6, plot.Y + (row * (high - bucket + 0.5)) + 4, "≤ " + Units.Text(buckets[bucket].Bound, "s"), size: 10, fill: Svg.Quiet, anchor: "end");
        }

        plot.Times(svg, from, to);
        svg.Text(plot.X + plot.W, plot.Y - 10, string.Create(CultureInfo.InvariantCulture, $"darkest: {most:0} per {PrometheusServer.RateInterval}"), size: 10, fill: Svg.Quiet, anchor: "end");
    }

    private static double Bound(string le) => le == "+Inf" ? double.PositiveInfinity : double.Parse(le, CultureInfo.InvariantCulture);
}
