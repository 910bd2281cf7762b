using System.Text;

namespace Paddlewheel.Engine.Invoke;

/// <summary>
/// The URIs of functions, by their bytes: a function that is called again costs no new one. A small table in which a newer
/// target takes the place of an older one with the same hash, so that a million different queries cost memory for a thousand.
/// </summary>
internal sealed class TargetCache
{
    private const int Places = 1024;
    private static readonly UriCreationOptions AsItIs = new() { DangerousDisablePathAndQueryCanonicalization = true };

    private readonly Entry?[] _entries = new Entry?[Places];

    /// <summary>The URI for a target that <see cref="FunctionPath"/> has written: validated, so it is taken as it is.</summary>
    public Uri Get(ReadOnlySpan<byte> target)
    {
        HashCode hash = default;
        hash.AddBytes(target);
        ref Entry? place = ref _entries[(uint)hash.ToHashCode() % Places];
        Entry? found = Volatile.Read(ref place);
        if (found is not null && target.SequenceEqual(found.Bytes))
        {
            return found.Target;
        }

        Entry made = new(target.ToArray(), new Uri(Encoding.ASCII.GetString(target), AsItIs));
        Volatile.Write(ref place, made);
        return made.Target;
    }

    private sealed record Entry(byte[] Bytes, Uri Target);
}
