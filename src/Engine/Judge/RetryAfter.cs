using System.Globalization;

namespace Paddlewheel.Engine.Judge;

internal enum RetryAfterKind : byte
{
    /// <summary>Absent or unreadable: the normal backoff applies (contract 4.4).</summary>
    None,

    /// <summary>Seconds from the response on.</summary>
    Seconds,

    /// <summary>A moment of wall-clock time.</summary>
    Date,
}

/// <summary>A <c>Retry-After</c> header: seconds, or a date in any of the three formats of RFC 9110 section 5.6.7.</summary>
internal readonly record struct RetryAfter(RetryAfterKind Kind, long Seconds, DateTimeOffset Date)
{
    private static readonly string[] ObsoleteDateFormats =
    [
        "dddd, dd-MMM-yy HH:mm:ss 'GMT'",
        "ddd MMM d HH:mm:ss yyyy",
    ];

    private static readonly long SecondsMax = (long)TimeSpan.MaxValue.TotalSeconds;

    public static RetryAfter Parse(string? value) => Parse(value.AsSpan());

    /// <summary>Never throws; what cannot be read is <see cref="RetryAfterKind.None"/>. Negative seconds are read: they mean "now".</summary>
    public static RetryAfter Parse(ReadOnlySpan<char> value)
    {
        value = value.Trim(" \t");
        if (value.IsEmpty)
            return default;

        ReadOnlySpan<char> digits = value[0] == '-' ? value[1..] : value;
        if (IsNumber(digits))
        {
            // More digits than a long holds is still a number, and a very long wait; the ceiling takes care of it.
            long seconds = long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out long read)
                ? Math.Min(read, SecondsMax)
                : SecondsMax;
            return new RetryAfter(RetryAfterKind.Seconds, value[0] == '-' ? -seconds : seconds, default);
        }

        return TryParseDate(value, out DateTimeOffset date) ? new RetryAfter(RetryAfterKind.Date, 0, date) : default;
    }

    /// <summary>How long to wait, seen at <paramref name="now"/>; zero for a moment that has passed. Ask only when there is a value.</summary>
    public TimeSpan Wait(DateTimeOffset now)
    {
        TimeSpan wait = Kind == RetryAfterKind.Date ? Date - now : TimeSpan.FromSeconds(Seconds);
        return wait > TimeSpan.Zero ? wait : TimeSpan.Zero;
    }

    private static bool IsNumber(ReadOnlySpan<char> text)
    {
        foreach (char c in text)
        {
            if (!char.IsAsciiDigit(c))
                return false;
        }

        return !text.IsEmpty;
    }

    private static bool TryParseDate(ReadOnlySpan<char> value, out DateTimeOffset date)
    {
        // The one format that senders may use is read without allocating; the two that receivers must still know cost a little.
        const DateTimeStyles Lenient = DateTimeStyles.AssumeUniversal | DateTimeStyles.AllowInnerWhite;
        CultureInfo culture = CultureInfo.InvariantCulture;
        return DateTimeOffset.TryParseExact(value, "r", culture, DateTimeStyles.None, out date)
            || DateTimeOffset.TryParseExact(value, ObsoleteDateFormats, culture, Lenient, out date);
    }
}
