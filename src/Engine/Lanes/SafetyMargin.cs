namespace Paddlewheel.Engine.Lanes;

/// <summary>
/// What is left free below the maximum for a while (rule 4 of contract 7.3). Nobody needs it when this worker is alone with the
/// function; when others are there, the one that has more leaves more, and so all come to have the same without a word between
/// them. Whether there are others shows when the margin is taken back: it is still free, or it is not.
/// </summary>
/// <remarks>Under the lock of <see cref="AdaptiveLimit"/>.</remarks>
internal struct SafetyMargin(AdaptiveRules rules)
{
    private int _below;
    private long _until = long.MinValue;
    private bool _takingBack;

    /// <summary>0: nobody takes what is left free; 1: somebody always does.</summary>
    public double Contested { get; private set; }

    public readonly bool IsLeft => _below > 0;

    public readonly bool IsBeingTakenBack => _takingBack;

    /// <summary>Others are likely enough to grow slowly, so that not one of them takes all that gets free.</summary>
    public readonly bool HasOthers => Contested > 0.3;

    /// <returns>The limit without the margin. A part of a call is a chance: small limits leave one now and then.</returns>
    public int Leave(int limit, double chance)
    {
        int margin = (int)((limit * Between(rules.MarginAlone, rules.MarginContested)) + chance);
        if (margin == 0 || margin >= limit)
        {
            return limit;
        }

        (_below, _until) = (limit, long.MinValue);
        return limit - margin;
    }

    /// <returns>The limit to go back to; 0 while the margin stays.</returns>
    public int TakeBack(long now, bool isFree, long unitsPerSecond)
    {
        if (_until == long.MinValue)
        {
            // It is free only when calls have ended.
            double held = Between(rules.MarginHeld.TotalSeconds, rules.MarginHeldContested.TotalSeconds);
            _until = isFree ? now + (long)(held * unitsPerSecond) : long.MinValue;
            return 0;
        }

        if (now < _until)
        {
            return 0;
        }

        int limit = _below;
        (_below, _takingBack) = (0, true);
        return limit;
    }

    public void Accepted()
    {
        Contested -= _takingBack ? Contested * rules.Belief : 0;
        _takingBack = false;
    }

    public void Rejected()
    {
        Contested += _takingBack ? (1 - Contested) * rules.Belief : 0;
        (_below, _takingBack) = (0, false);
    }

    public void Forget() => (_below, _takingBack) = (0, false);

    private readonly double Between(double alone, double contested) => alone + ((contested - alone) * Contested);
}
