using System.Globalization;

namespace Paddlewheel.Host.Logging;

/// <summary>Time stamps as <see cref="ZapWriter"/> writes them, the second kept from one to the next. For one thread.</summary>
internal sealed class ZapClock
{
    private const int MillisecondDigits = 3;
    private const int TickDigits = 7;

    // yyyy-MM-ddTHH:mm:ss.
    private readonly byte[] _iso = new byte[20];
    private readonly byte[] _epoch = new byte[20];
    private int _epochLength;
    private long _second = -1;

    /// <summary>ISO 8601 with milliseconds and <c>Z</c>; returns the bytes written, 24.</summary>
    public int Iso(long utcTicks, Span<byte> target)
    {
        long ticks = Remember(utcTicks);
        _iso.CopyTo(target);
        Digits((uint)(ticks / TimeSpan.TicksPerMillisecond), target.Slice(_iso.Length, MillisecondDigits));
        target[_iso.Length + MillisecondDigits] = (byte)'Z';
        return _iso.Length + MillisecondDigits + 1;
    }

    /// <summary>Seconds since 1970 with one to seven digits behind the point; no for a time before.</summary>
    public bool TryEpoch(long utcTicks, Span<byte> target, out int written)
    {
        written = 0;
        if (utcTicks < DateTime.UnixEpoch.Ticks)
        {
            return false;
        }

        long ticks = Remember(utcTicks);
        _epoch.AsSpan(0, _epochLength).CopyTo(target);
        target[_epochLength] = (byte)'.';
        Span<byte> fraction = target.Slice(_epochLength + 1, TickDigits);
        Digits((uint)ticks, fraction);
        int digits = TickDigits;
        while (digits > 1 && fraction[digits - 1] == (byte)'0')
        {
            digits--;
        }

        written = _epochLength + 1 + digits;
        return true;
    }

    /// <summary>Writes a number with leading zeros over the whole target.</summary>
    internal static void Digits(uint value, Span<byte> target)
    {
        for (int place = target.Length - 1; place >= 0; place--)
        {
            (value, uint digit) = Math.DivRem(value, 10);
            target[place] = (byte)('0' + digit);
        }
    }

    /// <summary>Formats the second if it is another one; returns the ticks beyond it.</summary>
    private long Remember(long utcTicks)
    {
        (long second, long ticks) = Math.DivRem(utcTicks, TimeSpan.TicksPerSecond);
        if (second != _second)
        {
            new DateTime(utcTicks, DateTimeKind.Utc).TryFormat(_iso, out _, "yyyy-MM-dd'T'HH:mm:ss.", CultureInfo.InvariantCulture);
            (second - (DateTime.UnixEpoch.Ticks / TimeSpan.TicksPerSecond)).TryFormat(_epoch, out _epochLength, default, CultureInfo.InvariantCulture);
            _second = second;
        }

        return ticks;
    }
}
