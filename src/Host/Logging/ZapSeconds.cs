using System.Globalization;

namespace Paddlewheel.Host.Logging;

/// <summary>A duration in seconds with at most nine digits behind the point, without the detour over a decimal.</summary>
internal static class ZapSeconds
{
    private const int FractionDigits = 9;
    private const double PerSecond = 1e9;

    // A double holds fifteen decimal digits for sure: six before the point and nine behind it.
    private const double Most = 1e6;

    /// <summary>
    /// Writes what <see cref="ZapWriter.Number(decimal)"/> would for the value rounded to nine digits. No for a value that is
    /// not whole nanoseconds, negative or of eleven days and more: those go the long way.
    /// </summary>
    public static bool TryFormat(double seconds, Span<byte> target, out int written)
    {
        written = 0;
        if (!(seconds < Most) || double.IsNegative(seconds))
        {
            return false;
        }

        long nanoseconds = (long)((seconds * PerSecond) + 0.5);
        if (nanoseconds / PerSecond != seconds)
        {
            return false;
        }

        (long whole, long fraction) = Math.DivRem(nanoseconds, (long)PerSecond);
        whole.TryFormat(target, out written, default, CultureInfo.InvariantCulture);
        if (fraction == 0)
        {
            return true;
        }

        target[written] = (byte)'.';
        Span<byte> places = target.Slice(written + 1, FractionDigits);
        ZapClock.Digits((uint)fraction, places);
        int digits = FractionDigits;
        while (places[digits - 1] == (byte)'0')
        {
            digits--;
        }

        written += 1 + digits;
        return true;
    }
}
