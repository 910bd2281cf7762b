using System.Globalization;
using System.Text;

namespace Paddlewheel.Perf.Load;

/// <summary>The curves as one picture, rate on the left and processor time on the right, and as a Markdown table.</summary>
internal static class CurvesPicture
{
    private const double Column = 470, Row = 236;

    public static string Svg(CurveBook book)
    {
        double height = (book.Curves.Count * Row) + 30;
        StringBuilder svg = new();
        svg.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{2 * Column}\" height=\"{height}\" viewBox=\"0 0 {2 * Column} {height}\">");
        svg.Append("<style>").Append(Chart.Style).Append("</style><rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>");
        for (int i = 0; i < book.Curves.Count; i++)
        {
            Curve curve = book.Curves[i];
            svg.Append(Panel(curve, "messages/s", static point => point.PerSecond).Render(0, i * Row));
            svg.Append(Panel(curve, "CPU, us/message", static point => point.CpuPerMessage).Render(Column, i * Row));
        }

        string where = $"worker: {book.Worker}; {book.Machine.Processors} processors shared with servers and functions; {book.Machine.At}";
        svg.Append(CultureInfo.InvariantCulture, $"<g class=\"chart\"><text x=\"12\" y=\"{height - 10}\">{System.Net.WebUtility.HtmlEncode(where)}</text></g>");
        return svg.Append("</svg>\n").ToString();
    }

    public static string Table(CurveBook book)
    {
        StringBuilder text = new();
        foreach (Curve curve in book.Curves)
        {
            text.AppendLine($"### {curve.Name}").AppendLine().AppendLine(curve.Fixed).AppendLine();
            text.AppendLine($"| {curve.Axis} | messages/s | CPU, us/message | RSS, MiB | |").AppendLine("|---:|---:|---:|---:|---|");
            foreach (CurvePoint point in curve.Points)
            {
                text.AppendLine(CultureInfo.InvariantCulture, $"| {point.X:N0} | {point.PerSecond:F0} | {point.CpuPerMessage:F1} | {point.RssMiB:F0} | {string.Join("; ", point.Problems)} |");
            }

            text.AppendLine();
        }

        return text.ToString();
    }

    private static Chart Panel(Curve curve, string unit, Func<CurvePoint, double> figure)
    {
        // A body of 0 bytes has no place on a logarithmic axis; it stands where 1 would.
        bool isWide = curve.Points.Count > 0 && curve.Points.Max(static it => it.X) >= 100;
        Chart chart = new($"{curve.Name}: {unit}", curve.Axis, "") { Note = curve.Fixed, X = isWide ? Scale.Logarithmic : Scale.Linear, Marks = true, Width = Column - 10, Height = Row - 8 };
        chart.Lines.Add(new Line(unit, [.. curve.Points.Where(static it => it.PerSecond > 0).Select(it => ((double)(isWide ? Math.Max(1, it.X) : it.X), figure(it)))]));
        return chart;
    }
}
