using Paddlewheel.Engine.Options;

namespace Paddlewheel.Engine.Modes;

/// <summary>What a worker does about its mode after a look.</summary>
internal enum ModeStep
{
    /// <summary>Its mode is in force in <see cref="ModeDecision.Epoch"/>: go on.</summary>
    Serve,

    /// <summary>Put its mode in force with <see cref="ModeDecision.Epoch"/>.</summary>
    Claim,

    /// <summary>Another mode is in force: serve what is left of the own one.</summary>
    StandBy,
}

/// <summary>
/// Who has the queue. A worker that starts claims it for its mode, once: so the newest start wins, and two modes never fight. One that was
/// superseded claims it again only when nobody of the other mode has been there for a while.
/// </summary>
internal readonly record struct ModeDecision(ModeStep Step, int Epoch)
{
    /// <param name="mine">This worker's mode.</param>
    /// <param name="joined">The epoch it serves or served in; null before its first decision.</param>
    /// <param name="marker">The mode in force, if any was claimed.</param>
    /// <param name="lastEra">Latest era of a fence; above the marker's epoch while a claim is under way or was broken off.</param>
    /// <param name="isAbandoned">Nobody of the other mode has been there for long enough.</param>
    public static ModeDecision Of(ScalingMode mine, int? joined, ModeMarker? marker, int lastEra, bool isAbandoned)
    {
        // Static is what a queue has that nobody claimed.
        int epoch = marker?.Epoch ?? 0;
        ScalingMode inForce = marker?.Mode ?? ScalingMode.Static;
        int highest = Math.Max(epoch, joined ?? 0);

        // A claim that is under way is finished, whoever began it: two replicas of one mode that start together agree. The
        // first two epochs share their names, and static has used its own.
        int next = Math.Max(lastEra > highest ? lastEra : highest + 1, mine == ScalingMode.Static ? 2 : 1);
        bool isSettled = lastEra <= epoch;
        if (joined is not { } own)
        {
            return inForce == mine && isSettled ? new(ModeStep.Serve, epoch) : new(ModeStep.Claim, next);
        }

        if (inForce == mine && isSettled && epoch >= own)
        {
            return new(ModeStep.Serve, epoch);
        }

        if (epoch < own && lastEra <= own)
        {
            // Somebody removed the marker by hand.
            return new(ModeStep.Claim, own);
        }

        return isAbandoned ? new(ModeStep.Claim, next) : new(ModeStep.StandBy, epoch);
    }
}
