using System.Globalization;

namespace Paddlewheel.Engine.Integration.Dashboards;

/// <summary>Numbers as a person reads them, in the units that the dashboard's panels name.</summary>
internal static class Units
{
    public static string Text(double value, string unit) => double.IsNaN(value) ? "-" : unit switch
    {
        "percentunit" => Short(value * 100) + " %",
        "s" => value == 0 ? "0 s" : Math.Abs(value) < 1 ? Short(value * 1000) + " ms" : Math.Abs(value) < 120 ? Short(value) + " s" : Short(value / 60) + " min",
        "bytes" => Math.Abs(value) < 1024 ? Short(value) + " B" : Math.Abs(value) < 1024 * 1024 ? Short(value / 1024) + " KiB" : Short(value / 1024 / 1024) + " MiB",
        "cps" => Short(value) + "/s",
        _ => Math.Abs(value) < 10_000 ? Short(value) : Short(value / 1000) + " k",
    };

    /// <summary>The top of an axis: the next of 1, 2, 2.5, 5 times a power of ten; of bytes, in their own thousands.</summary>
    public static double Top(double most, string unit)
    {
        if (!(most > 0))
        {
            return 1;
        }

        if (unit == "bytes" && most >= 1024)
        {
            return 1024 * Top(most / 1024, unit);
        }

        double power = Math.Pow(10, Math.Floor(Math.Log10(most)));
        return ((double[])[1, 2, 2.5, 5, 10]).Select(it => it * power).First(it => it >= most * 0.999);
    }

    private static string Short(double value) =>
        value.ToString(Math.Abs(value) >= 100 ? "0" : Math.Abs(value) >= 10 ? "0.#" : "0.##", CultureInfo.InvariantCulture);
}
