namespace Paddlewheel.Engine.Integration.Dashboards;

/// <summary>Curves over time with an axis and a legend that names the largest value.</summary>
internal static class LinePlot
{
    private const int PerLine = 3;
    private const int MostInLegend = 6;

    private static readonly string[] Colours = ["#0969da", "#bc4c00", "#1a7f37", "#cf222e", "#8250df", "#9a6700", "#1b7c83", "#6e7781"];

    public static void Draw(
        Svg svg, Picture.Area area, Dashboard.Panel panel, DateTimeOffset from, DateTimeOffset to, IReadOnlyList<(string Name, PrometheusServer.Series Series)> series)
    {
        int inLegend = Math.Min(series.Count, MostInLegend);
        int perLine = area.W > 400 ? PerLine : PerLine - 1;
        Picture.Area plot = area.Plot((inLegend + perLine - 1) / perLine);
        Curve[] curves = [.. Stacked(series.Select(static it => it.Series), panel.IsStacked)];
        double top = Units.Top(curves.SelectMany(static it => it.Top).Select(static it => it.Value).Where(double.IsFinite).DefaultIfEmpty(0).Max(), panel.Unit);
        for (int i = 0; i <= 2; i++)
        {
            double value = top * i / 2;
            svg.Line(plot.X, plot.AtValue(value, top), plot.X + plot.W, plot.AtValue(value, top), Svg.Faint);
            svg.Text(plot.X - 6, plot.AtValue(value, top) + 4, Units.Text(value, panel.Unit), size: 10, fill: Svg.Quiet, anchor: "end");
        }

        plot.Times(svg, from, to);
        for (int i = 0; i < series.Count; i++)
        {
            string colour = Colours[i % Colours.Length];
            bool isLimit = series[i].Name.StartsWith("limit", StringComparison.Ordinal);
            foreach (int[] part in Parts(curves[i]))
            {
                svg.Curve(Line(plot, curves[i].Top, part, from, to, top), colour, isLimit, panel.IsStacked ? Line(plot, curves[i].Floor, part, from, to, top) : null);
            }

            if (i < MostInLegend)
            {
                double x = area.X + 12 + (i % perLine * (area.W - 16) / perLine);
                double y = plot.Y + plot.H + 30 + (i / perLine * 15);
                svg.Box(x, y - 8, 10, 4, colour);
                double most = series[i].Series.Points.Select(static it => it.Value).Where(double.IsFinite).DefaultIfEmpty(double.NaN).Max();
                svg.Text(x + 15, y, $"{series[i].Name}, max {Units.Text(most, panel.Unit)}", size: 10, fill: Svg.Quiet);
            }
        }
    }

    private static (double X, double Y)[] Line(Picture.Area plot, IReadOnlyList<(double Time, double Value)> points, int[] part, DateTimeOffset from, DateTimeOffset to, double top) =>
        [.. part.Select(i => (plot.AtTime(points[i].Time, from, to), plot.AtValue(points[i].Value, top)))];

    private static IEnumerable<Curve> Stacked(IEnumerable<PrometheusServer.Series> series, bool isStacked)
    {
        Dictionary<double, double> below = [];
        foreach (PrometheusServer.Series one in series)
        {
            (double Time, double Value)[] floor = [.. one.Points.Select(it => (it.Time, isStacked ? below.GetValueOrDefault(it.Time) : 0))];
            (double Time, double Value)[] top = [.. one.Points.Select((it, i) => (it.Time, it.Value + floor[i].Item2))];
            foreach ((double time, double value) in top.Where(static it => double.IsFinite(it.Value)))
            {
                below[time] = value;
            }

            yield return new Curve(top, floor);
        }
    }

    // A gap stays a gap: no line across what Prometheus did not answer.
    private static IEnumerable<int[]> Parts(Curve curve)
    {
        double step = curve.Top.Count > 1 ? curve.Top.Zip(curve.Top.Skip(1), static (a, b) => b.Time - a.Time).Min() : 1;
        List<int> part = [];
        for (int i = 0; i < curve.Top.Count; i++)
        {
            bool isGap = part.Count > 0 && curve.Top[i].Time - curve.Top[part[^1]].Time > step * 1.5;
            if (isGap || !double.IsFinite(curve.Top[i].Value))
            {
                yield return [.. part];
                part = [];
            }

            if (double.IsFinite(curve.Top[i].Value))
            {
                part.Add(i);
            }
        }

        yield return [.. part];
    }

    private sealed record Curve(IReadOnlyList<(double Time, double Value)> Top, IReadOnlyList<(double Time, double Value)> Floor);
}
