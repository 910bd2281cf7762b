using System.Globalization;
using System.Security;
using System.Text;

namespace Paddlewheel.Engine.Integration.Dashboards;

/// <summary>The few shapes of the picture, written as SVG.</summary>
internal sealed class Svg
{
    public const string Ink = "#24292f";
    public const string Faint = "#d8dee4";
    public const string Quiet = "#57606a";

    private readonly StringBuilder _text = new();

    public void Text(double x, double y, string text, int size = 12, string fill = Ink, string anchor = "start", bool bold = false) =>
        _text.Append(CultureInfo.InvariantCulture, $"<text x=\"{x:0.#}\" y=\"{y:0.#}\" font-size=\"{size}\" fill=\"{fill}\" text-anchor=\"{anchor}\"{(bold ? " font-weight=\"600\"" : "")}>{SecurityElement.Escape(text)}</text>\n");

    public void Box(double x, double y, double w, double h, string fill, string? stroke = null, double opacity = 1) =>
        _text.Append(CultureInfo.InvariantCulture, $"<rect x=\"{x:0.#}\" y=\"{y:0.#}\" width=\"{w:0.#}\" height=\"{h:0.#}\" fill=\"{fill}\"{(stroke is null ? "" : $" stroke=\"{stroke}\"")}{(opacity < 1 ? string.Create(CultureInfo.InvariantCulture, $" fill-opacity=\"{opacity:0.##}\"") : "")}/>\n");

    public void Line(double x1, double y1, double x2, double y2, string stroke) =>
        _text.Append(CultureInfo.InvariantCulture, $"<path d=\"M{x1:0.#} {y1:0.#}L{x2:0.#} {y2:0.#}\" stroke=\"{stroke}\"/>\n");

    /// <summary>A curve; <paramref name="floor"/> fills down to it.</summary>
    public void Curve(IReadOnlyList<(double X, double Y)> points, string stroke, bool dashed = false, IReadOnlyList<(double X, double Y)>? floor = null)
    {
        string line = Path(points);
        if (floor is not null)
        {
            _text.Append(CultureInfo.InvariantCulture, $"<path d=\"M{line}L{Path([.. floor.Reverse()])}Z\" fill=\"{stroke}\" fill-opacity=\"0.35\" stroke=\"none\"/>\n");
        }

        _text.Append(CultureInfo.InvariantCulture, $"<path d=\"M{line}\" fill=\"none\" stroke=\"{stroke}\" stroke-width=\"1.6\"{(dashed ? " stroke-dasharray=\"6 4\"" : "")}/>\n");
    }

    public string ToString(double width, double height) => string.Create(CultureInfo.InvariantCulture, $"""
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:0} {height:0}" width="{width:0}" height="{height:0}" font-family="system-ui, 'Segoe UI', 'DejaVu Sans', sans-serif">
        {_text}</svg>

        """);

    private static string Path(IReadOnlyList<(double X, double Y)> points) =>
        string.Join('L', points.Select(static it => string.Create(CultureInfo.InvariantCulture, $"{it.X:0.#} {it.Y:0.#}")));
}
