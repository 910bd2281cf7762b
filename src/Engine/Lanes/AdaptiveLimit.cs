namespace Paddlewheel.Engine.Lanes;

/// <summary>
/// How many calls of one function this worker may have running, found out from 429 answers alone (contract 7.3, ADR 7).
/// A rejection comes back in milliseconds where a call runs for seconds: what is still running when it comes is what there
/// is room for. So the limit is set to that, never guessed; above it one call at a time asks for more.
/// </summary>
/// <remarks>Any thread. The lock is held for a few instructions and nothing is called under it.</remarks>
internal sealed class AdaptiveLimit
{
    private const long Never = long.MinValue;

    private readonly Lock _gate = new();
    private readonly AdaptiveRules _rules;
    private readonly TimeProvider _time;
    private readonly Random _random;

    private int _open = 1;
    private int _learned = 1;
    private int _ceiling = int.MaxValue;
    private int _inflight;
    private int _peak;
    private int _quietPeak;

    /// <summary>The most calls that were running at once without one of them being rejected.</summary>
    private int _proven;
    private int _step;
    private bool _maximumKnown;
    private bool _touched;

    private long _settle;
    private long _rejectionTime;
    private long _fullSince = Never;
    private long _lastFull = Never;
    private long _nextProbe = Never;

    private long _lastRejection = Never;
    private long _firstStartSince = Never;
    private bool _acceptedSince = true;

    /// <summary>What the limit was before it left a margin; 0 while it leaves none.</summary>
    private int _marginBelow;
    private long _marginUntil = Never;
    private bool _takingBack;
    private double _contested;

    private long _rejections;
    private long _surprises;
    private long _probes;

    public AdaptiveLimit(AdaptiveRules rules, TimeProvider time, Random random)
    {
        (_rules, _time, _random) = (rules, time, random);
        _settle = Units(rules.Settle);
    }

    /// <summary>Calls that may run now: 0 up to the ceiling. 0 lasts until the next probe only.</summary>
    public int Limit => Volatile.Read(ref _open);

    /// <summary>Calls started and not finished.</summary>
    public int Inflight => Volatile.Read(ref _inflight);

    /// <summary>429 answers since start.</summary>
    public long Rejections => Volatile.Read(ref _rejections);

    /// <summary>How often the limit was raised to see whether there is more room.</summary>
    public long Probes => Volatile.Read(ref _probes);

    /// <summary>0: nobody else takes what is left free; 1: somebody always does.</summary>
    public double Contested => Volatile.Read(ref _contested);

    /// <summary>A call goes out. The value goes back in with its outcome.</summary>
    public long Started()
    {
        long now = _time.GetTimestamp();
        lock (_gate)
        {
            _inflight++;
            _peak = Math.Max(_peak, _inflight);
            if (_firstStartSince == Never)
            {
                _firstStartSince = now;
            }
        }

        return now;
    }

    /// <returns>Whether <see cref="Limit"/> changed.</returns>
    public bool Finished(long startedAt, CallOutcome outcome)
    {
        long now = _time.GetTimestamp();
        lock (_gate)
        {
            bool wasFull = _inflight >= _open;
            _inflight--;
            _touched = true;
            switch (outcome)
            {
                case CallOutcome.Rejected:
                    Reject(startedAt, now);
                    break;
                case CallOutcome.Succeeded or CallOutcome.Accepted when startedAt > _lastRejection:
                    _acceptedSince = true;
                    if (outcome == CallOutcome.Succeeded && wasFull && !_maximumKnown && _learned < _ceiling)
                    {
                        _learned++;
                    }

                    break;
            }

            return Open();
        }
    }

    /// <summary>About every 50 ms.</summary>
    /// <param name="hasBacklog">Whether messages wait for this limit.</param>
    /// <param name="ceiling">The lane's fair share of <c>max_inflight</c>.</param>
    /// <returns>Whether <see cref="Limit"/> changed.</returns>
    public bool Tick(bool hasBacklog, int ceiling)
    {
        long now = _time.GetTimestamp();
        lock (_gate)
        {
            _ceiling = ceiling;
            bool full = hasBacklog && Math.Max(_peak, _inflight) >= _open;
            Observe(full, now);
            if (_marginBelow > 0)
            {
                TakeMarginBack(now);
            }
            else if (full && _learned < ceiling && now - _fullSince >= _settle)
            {
                Raise(now);
            }

            return Open();
        }
    }

    /// <summary>What the message says one replica of the function takes (<c>Environment.max_inflight</c>): a start for a limit that knows nothing yet.</summary>
    public void Hint(int slots)
    {
        lock (_gate)
        {
            if (!_touched && slots > 1)
            {
                _touched = true;
                _learned = slots;
                Open();
            }
        }
    }

    private void Observe(bool full, long now)
    {
        if (!_acceptedSince && _firstStartSince != Never && now - _firstStartSince > _settle)
        {
            _acceptedSince = true;
        }

        if (full)
        {
            _fullSince = _fullSince == Never ? now : _fullSince;
            (_lastFull, _quietPeak) = (now, 0);
        }
        else
        {
            _fullSince = Never;
            _quietPeak = Math.Max(_quietPeak, _peak);
            _lastFull = _lastFull == Never ? now : _lastFull;
            if (now - _lastFull > Units(_rules.Stale))
            {
                Forget(now);
            }
        }

        _peak = _inflight;
    }

    private void Forget(long now)
    {
        _learned = Math.Min(_learned, Math.Max(1, _quietPeak));
        _proven = Math.Min(_proven, _learned);
        _maximumKnown = false;
        (_marginBelow, _takingBack, _lastFull, _quietPeak) = (0, false, now, 0);
    }

    private void Raise(long now)
    {
        _proven = Math.Max(_proven, _learned);
        if (_takingBack)
        {
            _takingBack = false;
            _contested -= _contested * _rules.Belief;
        }

        if (!_maximumKnown)
        {
            _learned = Math.Max(1, _learned * 2);
        }
        else if (now >= _nextProbe)
        {
            _step = _step == 0 ? 1 : Math.Min(_step * 2, Math.Max(_rules.SmallStep, (int)(_learned * _rules.LargestStep)));
            _learned += _step;
        }
        else
        {
            return;
        }

        _probes++;
        _learned = Math.Min(_learned, _ceiling);
        _fullSince = now;
    }

    private void Reject(long startedAt, long now)
    {
        _rejections++;
        _rejectionTime = Math.Max(now - startedAt, _rejectionTime - (_rejectionTime / 8));
        _settle = Math.Clamp(3 * _rejectionTime, Units(_rules.Settle), Units(_rules.LongestSettle));
        bool sameBurst = startedAt <= _lastRejection;
        bool surprise = _inflight < _proven;
        bool asked = !surprise && !sameBurst && !_takingBack && _maximumKnown && _step <= 1;
        if (_takingBack)
        {
            _takingBack = false;
            _contested += (1 - _contested) * _rules.Belief;
        }

        int room = surprise ? (_inflight + _proven) / 2 : _inflight;
        if (surprise && !sameBurst)
        {
            _surprises = _acceptedSince ? 1 : _surprises + 1;
            if (_surprises > 1)
            {
                room = (int)(Math.Min(_learned, _inflight) * _rules.Cut);
            }
        }

        _learned = Math.Min(_learned, room);
        _proven = Math.Min(_proven, _learned);
        (_marginBelow, _step, _maximumKnown, _fullSince) = (0, 0, true, Never);
        (_lastRejection, _firstStartSince, _acceptedSince) = (now, Never, false);
        _nextProbe = now + Units(_rules.ShortestProbe) + (long)(_random.NextDouble() * Units(_rules.LongestProbe - _rules.ShortestProbe));
        if (asked)
        {
            LeaveMargin();
        }
    }

    private void LeaveMargin()
    {
        double part = _rules.MarginAlone + ((_rules.MarginContested - _rules.MarginAlone) * _contested);
        int margin = (int)((_learned * part) + _random.NextDouble());
        if (margin > 0 && margin < _learned)
        {
            _marginBelow = _learned;
            _learned -= margin;
            _marginUntil = Never;
        }
    }

    private void TakeMarginBack(long now)
    {
        if (_marginUntil == Never)
        {
            // It is free only when calls have ended.
            _marginUntil = _inflight <= _learned ? now + Units(_rules.MarginHeld) : Never;
        }
        else if (now >= _marginUntil)
        {
            _proven = Math.Min(_proven, _learned);
            _learned = _marginBelow;
            (_marginBelow, _takingBack, _fullSince) = (0, true, now);
        }
    }

    private bool Open()
    {
        int open = Math.Min(_learned, _ceiling);
        if (open == _open)
        {
            return false;
        }

        Volatile.Write(ref _open, open);
        return true;
    }

    private long Units(TimeSpan span) => (long)(span.TotalSeconds * _time.TimestampFrequency);
}
