using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Paddlewheel.Engine.Judge;

/// <summary>A set of HTTP statuses from 100 to 599, one bit each.</summary>
internal sealed class StatusSet
{
    public const int Lowest = 100;
    public const int Highest = 599;

    private readonly ulong[] _bits = new ulong[(Highest / 64) + 1];

    /// <exception cref="ArgumentOutOfRangeException">A status outside 100 to 599.</exception>
    public StatusSet(IEnumerable<int> statuses)
    {
        foreach (int status in statuses)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(status, Lowest);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(status, Highest);
            _bits[status >> 6] |= 1UL << status;
        }
    }

    public bool Contains(int status) => status is >= Lowest and <= Highest && (_bits[status >> 6] >> status & 1) != 0;

    /// <summary>Reads "429, 503": statuses between commas, spaces around them allowed. False for an empty list or element.</summary>
    public static bool TryParse(ReadOnlySpan<byte> list, [NotNullWhen(true)] out StatusSet? set)
    {
        set = null;
        StatusSet read = new([]);
        foreach (Range range in list.Split((byte)','))
        {
            ReadOnlySpan<byte> item = list[range].Trim(" \t"u8);

            // Three digits and nothing else: no sign, no leading zero.
            if (item.Length != 3 || !int.TryParse(item, NumberStyles.None, CultureInfo.InvariantCulture, out int status)
                || status is < Lowest or > Highest)
                return false;

            read._bits[status >> 6] |= 1UL << status;
        }

        set = read;
        return true;
    }
}
