namespace Paddlewheel.Engine.Simulation;

/// <summary>What the receiver of callbacks does with a post.</summary>
internal enum ReceiverMood
{
    /// <summary>Answers 200 soon.</summary>
    Up,

    /// <summary>Answers 503.</summary>
    Failing,

    /// <summary>Answers 200, but maybe later than anybody waits.</summary>
    Slow,

    /// <summary>Refuses the connection.</summary>
    Down,

    /// <summary>Takes the post and never answers.</summary>
    Hanging,

    /// <summary>Answers 404: it does not want it, and trying again is no use.</summary>
    Refusing,
}

/// <summary>The receiver's moods over time: it fails, is slow, is gone, recovers.</summary>
internal sealed class CallbackPlan
{
    private readonly List<(long From, ReceiverMood Mood)> _moods = [];

    public CallbackPlan(Random random)
    {
        long at = 0;
        for (int i = random.Next(0, 8); i > 0; i--)
        {
            at += random.Next(1, 25) * TimeSpan.TicksPerSecond;
            _moods.Add((at, (ReceiverMood)random.Next(0, 6)));
        }

        // Some never recover.
        if (random.Next(5) != 0)
        {
            _moods.Add((at + TimeSpan.FromSeconds(10).Ticks, ReceiverMood.Up));
        }
    }

    /// <summary>Mood at this many ticks after the start.</summary>
    public ReceiverMood At(long sinceStart)
    {
        ReceiverMood mood = ReceiverMood.Up;
        foreach ((long from, ReceiverMood next) in _moods)
        {
            if (from <= sinceStart)
            {
                mood = next;
            }
        }

        return mood;
    }
}
