using System.Globalization;
using System.Net;
using System.Text;

namespace Paddlewheel.Perf.Load;

/// <param name="Name">For the legend.</param>
/// <param name="Points">In the order of X; a point that is not a number is left out.</param>
internal sealed record Line(string Name, IReadOnlyList<(double X, double Y)> Points);

/// <summary>How the values of an axis become places on it.</summary>
internal enum Scale
{
    Linear,
    Logarithmic,

    /// <summary>As many pixels from 0 to 90 as from 90 to 99 and from 99 to 99.9: latencies are told by their tail.</summary>
    Percentile,
}

/// <summary>A line chart as inline SVG: no script, no font, nothing to fetch. Colours are classes, so that a page can have its own.</summary>
internal sealed class Chart(string title, string xLabel, string yLabel)
{
    private const double Left = 58, Right = 14, Top = 40, Bottom = 40;
    private static readonly double[] PercentileTicks = [0, 50, 90, 99, 99.9];

    private double[] _xTicks = [], _yTicks = [];

    public double Width { get; init; } = 460;

    public double Height { get; init; } = 230;

    public Scale X { get; init; }

    public Scale Y { get; init; }

    public List<Line> Lines { get; } = [];

    /// <summary>Marks at the points: for few of them, each a measurement.</summary>
    public bool Marks { get; init; }

    /// <summary>What else one has to know, below the title; only where there is no legend.</summary>
    public string Note { get; init; } = "";

    /// <summary>The style that charts need; a page may set the variables.</summary>
    public const string Style = """
        .chart text{font:11px system-ui,sans-serif;fill:var(--ink,#333)}.chart .title{font-size:13px;font-weight:600}
        .chart .grid{stroke:var(--grid,#ddd);stroke-width:1}.chart polyline{fill:none;stroke-width:1.8;stroke-linejoin:round}
        .c0{stroke:#2563eb}.c1{stroke:#d97706}.c2{stroke:#059669}.c3{stroke:#db2777}.c4{stroke:#7c3aed}
        .f0{fill:#2563eb}.f1{fill:#d97706}.f2{fill:#059669}.f3{fill:#db2777}.f4{fill:#7c3aed}
        """;

    /// <summary>The picture, placed at <paramref name="x"/>, <paramref name="y"/> of one around it.</summary>
    public string Render(double x = 0, double y = 0)
    {
        (double X, double Y)[] all = [.. Lines.SelectMany(static line => line.Points).Where(IsPlaced)];
        StringBuilder svg = new();
        svg.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"chart\" x=\"{x}\" y=\"{y}\" width=\"{Width}\" height=\"{Height}\" viewBox=\"0 0 {Width} {Height}\" role=\"img\" aria-label=\"{Escape(title)}\">");
        Text(svg, Left, 16, title, "title", "start");
        if (all.Length == 0)
        {
            Text(svg, Width / 2, Height / 2, "nothing to show", "", "middle");
            return svg.Append("</svg>").ToString();
        }

        double[] xs = [.. all.Select(static p => p.X)], ys = [.. all.Select(static p => p.Y)];
        _xTicks = TicksOf(X, xs, xs.Min(), 6);
        _yTicks = TicksOf(Y, ys, Y == Scale.Linear ? 0 : ys.Min(), 4);
        Axes(svg);
        for (int i = 0; i < Lines.Count; i++)
        {
            Draw(svg, Lines[i], i % 5);
        }

        Text(svg, Left, 32, Note, "", "start");
        Legend(svg);
        return svg.Append("</svg>").ToString();
    }

    private bool IsPlaced((double X, double Y) p) => double.IsFinite(p.X) && double.IsFinite(p.Y) && (X != Scale.Logarithmic || p.X > 0) && (Y != Scale.Logarithmic || p.Y > 0);

    private static double[] TicksOf(Scale scale, double[] values, double from, int count) => scale switch
    {
        Scale.Percentile => PercentileTicks,
        Scale.Logarithmic => Ticks.Logarithmic(from, values.Max()),
        // What is counted, such as workers, has no halves.
        _ => Ticks.Linear(from, values.Max(), values.All(double.IsInteger) ? (int)Math.Clamp(values.Max() - from, 1, count) : count),
    };

    private void Axes(StringBuilder svg)
    {
        foreach (double tick in _yTicks)
        {
            double at = PlaceY(tick);
            svg.Append(CultureInfo.InvariantCulture, $"<line class=\"grid\" x1=\"{Left}\" x2=\"{Width - Right}\" y1=\"{at:F1}\" y2=\"{at:F1}\"/>");
            Text(svg, Left - 6, at + 4, Ticks.Text(tick), "", "end");
        }

        foreach (double tick in _xTicks)
        {
            double at = PlaceX(tick);
            svg.Append(CultureInfo.InvariantCulture, $"<line class=\"grid\" x1=\"{at:F1}\" x2=\"{at:F1}\" y1=\"{Top}\" y2=\"{Height - Bottom}\"/>");
            Text(svg, at, Height - Bottom + 14, Ticks.Text(tick), "", "middle");
        }

        Text(svg, (Left + Width - Right) / 2, Height - 6, xLabel, "", "middle");
        Text(svg, Width - Right, 16, yLabel, "", "end");
    }

    private void Draw(StringBuilder svg, Line line, int colour)
    {
        string[] points = [.. line.Points.Where(IsPlaced).Select(p => string.Create(CultureInfo.InvariantCulture, $"{PlaceX(p.X):F1},{PlaceY(p.Y):F1}"))];
        svg.Append(CultureInfo.InvariantCulture, $"<polyline class=\"c{colour}\" points=\"{string.Join(' ', points)}\"/>");
        foreach ((double px, double py) in Marks ? line.Points.Where(IsPlaced) : [])
        {
            svg.Append(CultureInfo.InvariantCulture, $"<circle class=\"f{colour}\" cx=\"{PlaceX(px):F1}\" cy=\"{PlaceY(py):F1}\" r=\"3\"><title>{Ticks.Text(px)}: {Ticks.Text(py)}</title></circle>");
        }
    }

    private void Legend(StringBuilder svg)
    {
        double at = Left;
        for (int i = 0; i < Lines.Count && Lines.Count > 1; i++)
        {
            svg.Append(CultureInfo.InvariantCulture, $"<rect class=\"f{i % 5}\" x=\"{at:F1}\" y=\"24\" width=\"9\" height=\"9\"/>");
            Text(svg, at + 13, 32, Lines[i].Name, "", "start");
            at += 24 + (Lines[i].Name.Length * 5.8);
        }
    }

    private double PlaceX(double value) => Left + (Part(X, value, _xTicks) * (Width - Left - Right));

    private double PlaceY(double value) => Height - Bottom - (Part(Y, value, _yTicks) * (Height - Top - Bottom));

    private static double Part(Scale scale, double value, double[] ticks) => scale switch
    {
        Scale.Percentile => Math.Clamp(Tail(value) / Tail(PercentileTicks[^1]), 0, 1),
        Scale.Logarithmic => Math.Log10(value / ticks[0]) / Math.Log10(ticks[^1] / ticks[0]),
        _ => (value - ticks[0]) / (ticks[^1] - ticks[0]),
    };

    private static double Tail(double percentile) => -Math.Log10(Math.Max(0.0001, 1 - (percentile / 100)));

    private static void Text(StringBuilder svg, double x, double y, string text, string style, string anchor) =>
        svg.Append(CultureInfo.InvariantCulture, $"<text class=\"{style}\" x=\"{x:F1}\" y=\"{y:F1}\" text-anchor=\"{anchor}\">{Escape(text)}</text>");

    private static string Escape(string text) => WebUtility.HtmlEncode(text);
}
