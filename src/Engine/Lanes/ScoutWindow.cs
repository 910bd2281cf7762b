namespace Paddlewheel.Engine.Lanes;

/// <summary>
/// How many calls may be out of which nothing is known yet. Calls of one duration end together; were all of them followed
/// at once, a function that lost capacity meanwhile would reject them all. So a few go first; a call that ends well opens the
/// way for one more, and a window without a rejection for twice as many.
/// </summary>
/// <remarks>Under the lock of <see cref="AdaptiveLimit"/>.</remarks>
internal struct ScoutWindow(AdaptiveRules rules)
{
    private int _out;
    private int _allowed = rules.Scouts;
    private long _since = long.MinValue;

    public readonly bool IsFull => _out >= _allowed;

    public void Started() => _out++;

    public void Ended(long startedAt, CallOutcome outcome, int limit)
    {
        // What was rejected stays counted: it shall not be followed by the next one.
        if (startedAt >= _since && outcome != CallOutcome.Rejected)
        {
            _out = Math.Max(0, _out - 1);
            _allowed += outcome is CallOutcome.Succeeded or CallOutcome.Accepted && _allowed < limit ? 1 : 0;
        }
    }

    /// <summary>The limit rose by so much: those are meant to go out.</summary>
    public void Invite(int more) => _allowed = Math.Max(_allowed, _out + more + rules.Scouts);

    /// <summary>
    /// A call was rejected. Expected is one above what is known to fit: others may go on. One below that leaves a single scout.
    /// What went out before the last rejection was known says the same once more.
    /// </summary>
    public void Rejected(long now, bool expected, bool sameBurst)
    {
        _since = now;
        if (!sameBurst)
        {
            _allowed = expected ? rules.Scouts : 1;
        }
    }

    public void Tick(long now, long settle, int limit)
    {
        if (_since != long.MinValue && now - _since < settle)
        {
            return;
        }

        int few = Math.Max(rules.Scouts, (int)(limit * rules.ScoutPart));
        if (IsFull)
        {
            _allowed = Math.Min(_allowed * 2, Math.Max(few, limit));
        }
        else if (_out * 2 < _allowed)
        {
            _allowed = Math.Min(_allowed, few);
        }

        (_since, _out) = (now, 0);
    }
}
