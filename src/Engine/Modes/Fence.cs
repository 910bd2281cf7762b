namespace Paddlewheel.Engine.Modes;

/// <summary>What a fence says about a message that another consumer delivers.</summary>
internal enum FenceVerdict
{
    /// <summary>No fenced consumer ever had it: it is to be invoked.</summary>
    Free,

    /// <summary>A fenced consumer holds it: it runs there, with its own delivery count.</summary>
    Held,

    /// <summary>A fenced consumer has settled it; it is still stored only because the new consumer had not seen it.</summary>
    Settled,
}

/// <summary>
/// A consumer that gets nothing new any more, because another mode took over. What it was given before is still its own: its
/// retries come back to it, with their counts (ADR 8).
/// </summary>
/// <param name="Consumer">Its name.</param>
/// <param name="UpTo">The last stream sequence that it was given: everything up to here that passed its filters was delivered to it.</param>
/// <param name="Settled">Everything up to this sequence was acknowledged through it; grows.</param>
/// <param name="Era">Epoch of the claim that fenced it: of two that were given a message, the older era holds it.</param>
/// <param name="Filters">What it was given; empty is everything.</param>
internal sealed record Fence(string Consumer, ulong UpTo, ulong Settled, int Era, IReadOnlyList<string> Filters)
{
    /// <summary>Whether it was given this message.</summary>
    public bool Had(ulong sequence, string subject)
    {
        if (sequence > UpTo)
        {
            return false;
        }

        foreach (string filter in Filters)
        {
            if (SubjectFilter.Matches(filter, subject))
            {
                return true;
            }
        }

        return Filters.Count == 0;
    }
}
