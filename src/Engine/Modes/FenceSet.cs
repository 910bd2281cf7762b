using System.Collections.Frozen;

namespace Paddlewheel.Engine.Modes;

/// <summary>
/// All fences of a stream, asked for every message while there are any. Never changed: who knows more makes another one.
/// </summary>
internal sealed class FenceSet
{
    public static readonly FenceSet Empty = new([]);

    private readonly Fence[] _wide;
    private readonly FrozenDictionary<string, Fence[]> _bySubject;
    private readonly ulong _last;

    public FenceSet(IEnumerable<Fence> fences)
    {
        Fence[] oldestFirst = [.. fences.OrderBy(static f => f.Era).ThenBy(static f => f.Consumer, StringComparer.Ordinal)];
        _wide = [.. oldestFirst.Where(static f => !IsOfOneSubject(f))];
        _bySubject = oldestFirst.Where(IsOfOneSubject).GroupBy(static f => f.Filters[0]).ToFrozenDictionary(static g => g.Key, static g => g.ToArray(), StringComparer.Ordinal);
        _last = oldestFirst.Length == 0 ? 0 : oldestFirst.Max(static f => f.UpTo);
    }

    /// <summary>Who may run a message that <paramref name="consumer"/> delivers. Allocates nothing.</summary>
    public FenceVerdict Judge(ulong sequence, string subject, string consumer)
    {
        if (sequence > _last)
        {
            return FenceVerdict.Free;
        }

        Fence? wide = First(_wide, sequence, subject);
        Fence? narrow = _bySubject.TryGetValue(subject, out Fence[]? own) ? First(own, sequence, subject) : null;
        Fence? holder = wide is null || (narrow is not null && narrow.Era < wide.Era) ? narrow : wide;
        return holder is null || holder.Consumer == consumer ? FenceVerdict.Free
            : sequence <= holder.Settled ? FenceVerdict.Settled
            : FenceVerdict.Held;
    }

    private static Fence? First(Fence[] fences, ulong sequence, string subject)
    {
        foreach (Fence fence in fences)
        {
            if (fence.Had(sequence, subject))
            {
                return fence;
            }
        }

        return null;
    }

    private static bool IsOfOneSubject(Fence fence) => fence.Filters is [var only] && only.AsSpan().IndexOfAny('*', '>') < 0;
}
