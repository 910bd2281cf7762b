using System.Globalization;

namespace Paddlewheel.Engine.Integration.Dashboards;

/// <summary>
/// The dashboard drawn from Prometheus' answers to its queries: the same panels at the same places. It is not Grafana, and its
/// heading says so.
/// </summary>
internal sealed class Picture(string heading, DateTimeOffset from, DateTimeOffset to)
{
    private const double Column = 45;
    private const double Unit = 27;
    private const double Head = 46;
    private const double Gap = 8;

    private readonly Svg _svg = new();
    private double _height;

    public void Add(Dashboard.Panel panel, IReadOnlyList<(string Name, PrometheusServer.Series Series)> series)
    {
        (int x, int y, int w, int h) = panel.Place;
        var area = new Area(x * Column, Head + (y * Unit), (w * Column) - Gap, (h * Unit) - Gap);
        _height = Math.Max(_height, area.Y + area.H + Gap);
        if (panel.Type == "row")
        {
            _svg.Text(area.X + 4, area.Y + 18, panel.Title, size: 15, bold: true);
            return;
        }

        _svg.Box(area.X, area.Y, area.W, area.H, "#ffffff", Svg.Faint);
        _svg.Text(area.X + 8, area.Y + 17, panel.Title, size: panel.Type == "stat" ? 11 : 12, bold: true);
        switch (panel.Type)
        {
            case "stat":
                double last = series.Count == 0 ? double.NaN : series[0].Series.Points[^1].Value;
                _svg.Text(area.X + (area.W / 2), area.Y + 66, Units.Text(last, panel.Unit), size: 30, anchor: "middle", bold: true);
                break;
            case "heatmap":
                HeatPlot.Draw(_svg, area.Plot(legendLines: 0), from, to, series);
                break;
            default:
                LinePlot.Draw(_svg, area, panel, from, to, series);
                break;
        }
    }

    public override string ToString()
    {
        double width = 24 * Column;
        var page = new Svg();
        page.Box(0, 0, width + Gap, _height + Gap, "#f6f8fa");
        page.Text(4, 20, heading, size: 16, bold: true);
        page.Text(4, 38, "Rendered from Prometheus' answers to the dashboard's queries (not by Grafana). Two replicas, one queue; time in minutes:seconds.", fill: Svg.Quiet);
        string body = _svg.ToString(width + Gap, _height + Gap);
        string cover = page.ToString(width + Gap, _height + Gap);
        return cover[..cover.LastIndexOf("</svg>", StringComparison.Ordinal)] + body[(body.IndexOf('>', StringComparison.Ordinal) + 2)..];
    }

    internal sealed record Area(double X, double Y, double W, double H)
    {
        private const double Left = 62;

        /// <summary>What is left for the curves.</summary>
        public Area Plot(int legendLines) => new(X + Left, Y + 28, W - Left - 12, H - 28 - 20 - (legendLines * 15));

        public double AtTime(double time, DateTimeOffset from, DateTimeOffset to) =>
            X + (W * (time - from.ToUnixTimeSeconds()) / (to - from).TotalSeconds);

        public double AtValue(double value, double top) => Y + (H * (1 - (Math.Min(value, top) / top)));

        /// <summary>Ticks of time below the plot.</summary>
        public void Times(Svg svg, DateTimeOffset from, DateTimeOffset to)
        {
            for (int i = 0; i <= 5; i++)
            {
                TimeSpan at = (to - from) * i / 5;
                svg.Text(X + (W * i / 5), Y + H + 14, at.ToString("m':'ss", CultureInfo.InvariantCulture), size: 10, fill: Svg.Quiet, anchor: i == 5 ? "end" : "middle");
            }
        }
    }
}
