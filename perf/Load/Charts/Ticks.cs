using System.Globalization;

namespace Paddlewheel.Perf.Load;

/// <summary>Round numbers along an axis.</summary>
internal static class Ticks
{
    /// <summary>About <paramref name="count"/> round numbers that hold <paramref name="from"/> to <paramref name="to"/> between them.</summary>
    public static double[] Linear(double from, double to, int count)
    {
        to = to > from ? to : from + 1;
        double raw = (to - from) / count, decade = Math.Pow(10, Math.Floor(Math.Log10(raw)));
        double step = new[] { 1, 2, 2.5, 5, 10 }.First(it => it * decade >= raw * 0.999) * decade;
        double first = Math.Floor(from / step + 1e-9) * step;
        int steps = Math.Max(1, (int)Math.Ceiling(((to - first) / step) - 1e-9));
        return [.. Enumerable.Range(0, steps + 1).Select(i => Math.Round(first + (i * step), 12))];
    }

    /// <summary>Powers of ten that hold <paramref name="from"/> to <paramref name="to"/> (both above 0) between them.</summary>
    public static double[] Logarithmic(double from, double to)
    {
        int first = (int)Math.Floor(Math.Log10(from) + 1e-9), last = Math.Max(first + 1, (int)Math.Ceiling(Math.Log10(to) - 1e-9));
        return [.. Enumerable.Range(first, last - first + 1).Select(static power => Math.Pow(10, power))];
    }

    /// <summary>Short: 1500 is 1.5k, 2000000 is 2M.</summary>
    public static string Text(double value) => Math.Abs(value) switch
    {
        >= 1e6 => (value / 1e6).ToString("0.##", CultureInfo.InvariantCulture) + "M",
        >= 1e3 => (value / 1e3).ToString("0.##", CultureInfo.InvariantCulture) + "k",
        _ => value.ToString("0.###", CultureInfo.InvariantCulture),
    };
}
