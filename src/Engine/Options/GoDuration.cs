using System.Globalization;
using System.Text;

namespace Paddlewheel.Engine.Options;

/// <summary>
/// Durations as Go writes them (contract 1.5): sign, decimals, <c>ns us µs ms s m h</c>, concatenation (<c>1m05s</c>) and a bare
/// <c>0</c>. The range is Go's, a signed 64-bit count of nanoseconds (about 292 years).
/// </summary>
internal static class GoDuration
{
    /// <summary>Longest UTF-8 text read; a longer one is refused rather than copied to the heap.</summary>
    public const int MaxUtf8Bytes = 128;

    private const ulong MaxMagnitude = 1UL << 63;
    private const long NanosecondsPerTick = 100;

    /// <summary>Reads a duration. A part of a tick (100 ns) rounds away from zero, so that no wait is ever shorter than written.</summary>
    /// <param name="text">The text, without surrounding blanks (Go allows none).</param>
    /// <param name="value">The duration; zero when the text is not one.</param>
    /// <param name="bareSeconds">Take an integer without a unit as seconds: our extra for the environment, never for annotations.</param>
    public static bool TryParse(ReadOnlySpan<char> text, out TimeSpan value, bool bareSeconds = false)
    {
        value = default;
        var negative = false;
        if (text.Length > 0 && text[0] is '-' or '+')
        {
            negative = text[0] == '-';
            text = text[1..];
        }

        if (text.SequenceEqual("0"))
        {
            return true;
        }

        if (text.IsEmpty)
        {
            return false;
        }

        ulong total = 0;
        if (bareSeconds && !text.ContainsAnyExceptInRange('0', '9'))
        {
            if (!ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) || seconds > MaxMagnitude / 1_000_000_000)
            {
                return false;
            }

            total = seconds * 1_000_000_000;
        }
        else if (!TrySum(text, ref total))
        {
            return false;
        }

        if (total > (negative ? MaxMagnitude : MaxMagnitude - 1))
        {
            return false;
        }

        var ticks = (long)((total + NanosecondsPerTick - 1) / NanosecondsPerTick);
        value = new TimeSpan(negative ? -ticks : ticks);
        return true;
    }

    /// <summary>The same, from UTF-8 of at most <see cref="MaxUtf8Bytes"/> bytes; allocates nothing.</summary>
    public static bool TryParse(ReadOnlySpan<byte> utf8, out TimeSpan value, bool bareSeconds = false)
    {
        value = default;
        Span<char> chars = stackalloc char[MaxUtf8Bytes];
        return Encoding.UTF8.TryGetChars(utf8.Length > MaxUtf8Bytes ? default : utf8, chars, out var written)
            && TryParse(chars[..written], out value, bareSeconds);
    }

    /// <summary>Writes a duration as Go's <c>Duration.String</c> does: <c>1m30s</c>, <c>1.5s</c>, <c>100ms</c>, <c>0s</c>.</summary>
    public static string Format(TimeSpan value)
    {
        if (value == TimeSpan.Zero)
        {
            return "0s";
        }

        var sign = value.Ticks < 0 ? "-" : "";
        var magnitude = (decimal)Int128.Abs(value.Ticks);
        if (magnitude < TimeSpan.TicksPerSecond)
        {
            return sign + magnitude switch
            {
                < TimeSpan.TicksPerMicrosecond => Trim(magnitude * NanosecondsPerTick) + "ns",
                < TimeSpan.TicksPerMillisecond => Trim(magnitude / TimeSpan.TicksPerMicrosecond) + "µs",
                _ => Trim(magnitude / TimeSpan.TicksPerMillisecond) + "ms",
            };
        }

        var hours = decimal.Truncate(magnitude / TimeSpan.TicksPerHour);
        var minutes = decimal.Truncate(magnitude % TimeSpan.TicksPerHour / TimeSpan.TicksPerMinute);
        var seconds = Trim(magnitude % TimeSpan.TicksPerMinute / TimeSpan.TicksPerSecond) + "s";
        return sign + (hours > 0 ? $"{Trim(hours)}h{Trim(minutes)}m{seconds}" : minutes > 0 ? $"{Trim(minutes)}m{seconds}" : seconds);
    }

    private static string Trim(decimal number) => number.ToString("0.#######", CultureInfo.InvariantCulture);

    private static bool TrySum(ReadOnlySpan<char> text, ref ulong total)
    {
        while (!text.IsEmpty)
        {
            if (!TryPart(ref text, out var part) || part > MaxMagnitude || total + part > MaxMagnitude)
            {
                return false;
            }

            total += part;
        }

        return true;
    }

    /// <summary>One number with its unit; the fraction is scaled in floating point as Go scales it.</summary>
    private static bool TryPart(ref ReadOnlySpan<char> text, out ulong nanoseconds)
    {
        nanoseconds = 0;
        ulong whole = 0;
        var at = 0;
        for (; at < text.Length && char.IsAsciiDigit(text[at]); at++)
        {
            if (whole > MaxMagnitude / 10)
            {
                return false;
            }

            whole = (whole * 10) + (ulong)(text[at] - '0');
        }

        var digits = at;
        ulong fraction = 0;
        var scale = 1.0;
        if (at < text.Length && text[at] == '.')
        {
            for (at++; at < text.Length && char.IsAsciiDigit(text[at]); at++, digits++)
            {
                // Digits beyond what 63 bits hold cannot change the result.
                if (fraction <= (MaxMagnitude - 1) / 100)
                {
                    fraction = (fraction * 10) + (ulong)(text[at] - '0');
                    scale *= 10;
                }
            }
        }

        text = text[at..];
        if (digits == 0 || !TryUnit(ref text, out var unit) || whole > MaxMagnitude / unit)
        {
            return false;
        }

        nanoseconds = (whole * unit) + (ulong)(fraction * (unit / scale));
        return true;
    }

    private static bool TryUnit(ref ReadOnlySpan<char> text, out ulong nanoseconds)
    {
        var end = 0;
        while (end < text.Length && text[end] != '.' && !char.IsAsciiDigit(text[end]))
        {
            end++;
        }

        var unit = text[..end];
        nanoseconds = unit switch
        {
            "ns" => 1,
            "us" or "\u00b5s" or "\u03bcs" => 1_000,
            "ms" => 1_000_000,
            "s" => 1_000_000_000,
            "m" => 60_000_000_000,
            "h" => 3_600_000_000_000,
            _ => 0,
        };
        text = text[end..];
        return nanoseconds != 0;
    }
}
