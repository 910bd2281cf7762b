namespace Paddlewheel.Engine.Lanes;

/// <summary>Lanes in a circle, linked through their own lines: adding, removing and going on cost a few pointer steps each. Owned by <see cref="LaneTurns"/>' lock.</summary>
internal sealed class LaneRing
{
    /// <summary>Whose turn is next; null when the ring is empty.</summary>
    public LaneLine? Next { get; private set; }

    /// <summary>To the end: the last one before <see cref="Next"/>.</summary>
    public void Add(LaneLine line)
    {
        line.Ring = this;
        if (Next is not { } next)
        {
            Next = line.Before = line.After = line;
            return;
        }

        (line.Before, line.After) = (next.Before, next);
        line.Before!.After = line;
        next.Before = line;
    }

    public void Remove(LaneLine line)
    {
        if (line.After == line)
        {
            Next = null;
        }
        else
        {
            line.Before!.After = line.After;
            line.After!.Before = line.Before;
            if (Next == line)
            {
                Next = line.After;
            }
        }

        line.Ring = null;
        line.Before = line.After = null;
    }

    /// <summary>The turn goes to the one behind.</summary>
    public void Advance() => Next = Next?.After;
}
