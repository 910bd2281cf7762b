using Paddlewheel.Engine.Modes;

namespace Paddlewheel.Engine.Lanes;

/// <summary>What becomes of function mode's lanes without work: those that worked last go on listening, the others sleep, and one that was idle for long enough goes.</summary>
internal sealed class IdleLanes(string stream, FunctionLaneBook book, ModeKeeper modes, LaneRemoval removal, FunctionDepths depths, TimeProvider time, TimeSpan idle)
{
    /// <summary>Awake lanes without work that keep a pull open, so that their next message needs no look at the stream.</summary>
    public const int MostListening = 256;

    /// <summary>Consumers to be removed in one round: thousands may be due at once, and a new function must not wait for all of them.</summary>
    private const int MostRemovals = 16;

    /// <param name="wakeIfAsleep">What to do with one that has work after all.</param>
    /// <param name="stop">Ends the round.</param>
    public async Task HousekeepAsync(Action<FunctionLane> wakeIfAsleep, CancellationToken stop)
    {
        long now = time.GetTimestamp();
        int listening = 0, removals = 0;
        foreach (FunctionLane function in book.All.OrderByDescending(function => function.WorkedAt).ToArray())
        {
            if (function.Lane.Held > 0 || function.Depth > 0)
            {
                // Where nothing is stored and nothing ends, no listing says that a message came back, or came while its lane fell asleep.
                wakeIfAsleep(function);
                function.NoteBacklog();
                continue;
            }

            bool isIdle = time.GetElapsedTime(function.WorkedAt, now) >= idle;
            if (function.IsAwake && (isIdle || ++listening > MostListening))
            {
                function.Supervisor!.Park();
            }
            else if (!function.IsAwake && isIdle && modes.IsInForce && removals < MostRemovals)
            {
                removals++;
                await ForgetAsync(function, stop).ConfigureAwait(false);
            }
        }
    }

    private async Task ForgetAsync(FunctionLane function, CancellationToken stop)
    {
        if (function.MayHaveConsumer && removal.IsPossible && !await removal.TryRemoveAsync(stream, function.Lane.Consumer, stop).ConfigureAwait(false))
        {
            // In use elsewhere: not to be asked after every second.
            function.WorkedAt = time.GetTimestamp();
            return;
        }

        book.Remove(function);
        depths.Forget(function);
    }
}
