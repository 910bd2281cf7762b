using System.Globalization;
using System.Text;

namespace Paddlewheel.Engine.Publish;

/// <summary>
/// Which partition a function's calls go to: FNV-1a, 32 bits, over the UTF-8 bytes of <c>name.namespace</c>, modulo the number
/// of partitions. Written down in docs/partitions.md with examples: publishers and workers of any make must agree for ever.
/// </summary>
internal static class Partition
{
    private const uint OffsetBasis = 2166136261;
    private const uint Prime = 16777619;

    /// <summary>From 0 to <paramref name="partitions"/> - 1.</summary>
    public static int Of(string function, string @namespace, int partitions) => (int)(Hash(function + "." + @namespace) % (uint)partitions);

    /// <summary>What a worker of one partition reads.</summary>
    public static string FilterOf(string queue, int partition) => string.Create(CultureInfo.InvariantCulture, $"{queue}.{partition}.>");

    internal static uint Hash(string text)
    {
        uint hash = OffsetBasis;
        foreach (byte value in Encoding.UTF8.GetBytes(text))
        {
            hash = (hash ^ value) * Prime;
        }

        return hash;
    }
}
