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
    private static readonly string[] DateFormats =
    [
        "ddd, dd MMM yyyy HH:mm:ss 'GMT'",
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
        if (!digits.IsEmpty && !digits.ContainsAnyExceptInRange('0', '9'))
        {
            // More digits than a long holds is still a number, and a very long wait; the ceiling takes care of it.
            long seconds = long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out long read)
                ? Math.Min(read, SecondsMax)
                : SecondsMax;
            return new RetryAfter(RetryAfterKind.Seconds, value[0] == '-' ? -seconds : seconds, default);
        }

        const DateTimeStyles Styles = DateTimeStyles.AssumeUniversal | DateTimeStyles.AllowInnerWhite;
        return DateTimeOffset.TryParseExact(value, DateFormats, CultureInfo.InvariantCulture, Styles, out DateTimeOffset date)
            ? new RetryAfter(RetryAfterKind.Date, 0, date)
            : default;
    }

    /// <summary>How long to wait, seen at <paramref name="now"/>; zero for a moment that has passed. Ask only when there is a value.</summary>
    public TimeSpan Wait(DateTimeOffset now)
    {
        TimeSpan wait = Kind == RetryAfterKind.Date ? Date - now : TimeSpan.FromSeconds(Seconds);
        return wait > TimeSpan.Zero ? wait : TimeSpan.Zero;
    }
}
