namespace Paddlewheel.Engine.Lanes;

/// <summary>
/// How many calls of one function this worker may have running, found out from 429 answers alone (contract 7.3, ADR 7).
/// A rejection comes back in milliseconds where a call runs for seconds: what still runs when it comes is what there is room
/// for. So the limit is set to that, never guessed; beyond it a single call asks for more from time to time.
/// </summary>
/// <remarks>Any thread. The lock is held for a few instructions and nothing is called under it.</remarks>
internal sealed class AdaptiveLimit(AdaptiveRules rules, TimeProvider time, Random random)
{
    private const long Never = long.MinValue;

    private readonly Lock _gate = new();
    private readonly AdaptiveRules _rules = rules;
    private ScoutWindow _scouts = new(rules);
    private SafetyMargin _margin = new(rules);

    private int _limit = 1;
    private int _learned = 1;
    private int _ceiling = int.MaxValue;
    private int _inflight;
    private int _peak;
    private int _quietPeak;

    /// <summary>The most calls known to have run at once without one of them being rejected.</summary>
    private int _proven;
    private int _step;
    private bool _maximumKnown;
    private bool _touched;

    private long _settle = (long)(rules.Settle.TotalSeconds * time.TimestampFrequency);
    private long _rejectionTime;
    private long _fullSince = Never;
    private long _lastUse = Never;
    private long _nextProbe = Never;
    private long _lastRejection = Never;
    private long _firstStartSince = Never;
    private bool _acceptedSince = true;
    private int _surprises;
    private long _rejections;
    private long _probes;

    /// <summary>Calls that may run now, those that do included: 0 to the ceiling. 0 lasts until the next probe only.</summary>
    public int Limit => Volatile.Read(ref _limit);

    /// <summary>What the function is believed to take from this worker: <see cref="Limit"/> before ceiling and scouts. For gauges.</summary>
    public int Learned => Volatile.Read(ref _learned);

    /// <summary>No maximum is known yet: in full use it doubles every <see cref="AdaptiveRules.Settle"/>.</summary>
    public bool IsDoubling => !Volatile.Read(ref _maximumKnown);

    /// <summary>Calls started and not finished.</summary>
    public int Inflight => Volatile.Read(ref _inflight);

    /// <summary>429 answers so far.</summary>
    public long Rejections => Volatile.Read(ref _rejections);

    /// <summary>How often the limit was raised to see whether there is more room.</summary>
    public long Probes => Volatile.Read(ref _probes);

    private int Goal => Math.Min(_learned, _ceiling);

    /// <summary>A call goes out. What is returned goes into <see cref="Finished"/>.</summary>
    public long Started()
    {
        long now = time.GetTimestamp();
        lock (_gate)
        {
            _inflight++;
            _peak = Math.Max(_peak, _inflight);
            _firstStartSince = _firstStartSince == Never ? now : _firstStartSince;
            _scouts.Started();
            Publish();
        }

        return now;
    }

    /// <returns>Whether there is room for another call now.</returns>
    public bool Finished(long startedAt, CallOutcome outcome)
    {
        long now = time.GetTimestamp();
        lock (_gate)
        {
            bool wasFull = _inflight >= Goal;
            _inflight--;
            _touched = true;
            _scouts.Ended(startedAt, outcome, _learned);
            if (outcome == CallOutcome.Rejected)
            {
                Reject(startedAt, now);
            }
            else if (outcome != CallOutcome.Failed && startedAt > _lastRejection)
            {
                _acceptedSince = true;
                _learned += outcome == CallOutcome.Succeeded && wasFull && !_maximumKnown && _learned < _ceiling ? 1 : 0;
            }

            return Publish();
        }
    }

    /// <summary>About every 50 ms.</summary>
    /// <param name="hasBacklog">Whether messages wait for this limit.</param>
    /// <param name="ceiling">The lane's fair share of <c>max_inflight</c>.</param>
    /// <returns>Whether there is room for another call now.</returns>
    public bool Tick(bool hasBacklog, int ceiling)
    {
        long now = time.GetTimestamp();
        lock (_gate)
        {
            _ceiling = ceiling;
            bool full = hasBacklog && Math.Max(_peak, _inflight) >= Goal;
            Observe(full, now);
            _scouts.Tick(now, _settle, _learned);
            if (_margin.IsLeft)
            {
                TakeMarginBack(now);
            }
            else if (full && _learned < ceiling && now - _fullSince >= _settle)
            {
                Raise(now);
            }

            return Publish();
        }
    }

    /// <summary>What a message says one replica of its function takes (<c>Environment.max_inflight</c>): where a limit that knows nothing yet starts.</summary>
    public void Hint(int slots)
    {
        lock (_gate)
        {
            if (!_touched && slots > 1)
            {
                (_touched, _learned) = (true, slots);
                Publish();
            }
        }
    }

    private void Observe(bool full, long now)
    {
        _acceptedSince |= _firstStartSince != Never && now - _firstStartSince > _settle;
        if (full)
        {
            _fullSince = _fullSince == Never ? now : _fullSince;
            (_lastUse, _quietPeak) = (now, 0);
        }
        else
        {
            _fullSince = Never;
            _quietPeak = Math.Max(_quietPeak, _peak);
            _lastUse = _lastUse == Never ? now : _lastUse;
            if (now - _lastUse > Units(_rules.Stale))
            {
                _learned = Math.Min(_learned, Math.Max(1, _quietPeak));
                _proven = Math.Min(_proven, _learned);
                (_maximumKnown, _lastUse, _quietPeak) = (false, now, 0);
                _margin.Forget();
            }
        }

        _peak = _inflight;
    }

    // The limit was in full use long enough without a rejection.
    private void Raise(long now)
    {
        _proven = Math.Max(_proven, _learned);
        _margin.Accepted();
        if (!_maximumKnown)
        {
            _learned = Math.Max(1, _learned * 2);
        }
        else if (now >= _nextProbe)
        {
            int most = Math.Max(_rules.SmallStep, (int)(_learned * _rules.LargestStep));
            _step = _step == 0 ? 1 : Math.Min(_step * 2, _margin.HasOthers ? _rules.StepContested : most);
            _learned += _step;
        }
        else
        {
            return;
        }

        _probes++;
        _learned = Math.Min(_learned, _ceiling);
        _fullSince = now;
        _scouts.Invite(_learned - _proven);
    }

    private void Reject(long startedAt, long now)
    {
        _rejections++;
        _rejectionTime = Math.Max(now - startedAt, _rejectionTime - (_rejectionTime / 8));
        _settle = Math.Clamp(3 * _rejectionTime, Units(_rules.Settle), Units(_rules.LongestSettle));
        bool sameBurst = startedAt <= _lastRejection;
        bool surprise = _inflight < _proven;
        bool loneProbe = !surprise && !sameBurst && !_margin.IsBeingTakenBack && _maximumKnown && _step <= 1;
        _margin.Rejected();
        _learned = Math.Min(_learned, surprise ? RoomLeft(sameBurst) : _inflight);
        _proven = Math.Min(_proven, _learned);
        (_maximumKnown, _step, _fullSince) = (true, 0, Never);
        (_lastRejection, _firstStartSince, _acceptedSince) = (now, Never, false);
        _nextProbe = now + Units(_rules.ShortestProbe) + (long)(random.NextDouble() * Units(_rules.LongestProbe - _rules.ShortestProbe));
        _scouts.Rejected(now, expected: !surprise, sameBurst);
        if (loneProbe)
        {
            _learned = _margin.Leave(_learned, random.NextDouble());
        }
    }

    // A rejection below what is known to fit. The first may be chance (a gateway that picks a full replica beside a free one):
    // half way. One after the other means that capacity is gone.
    private int RoomLeft(bool sameBurst)
    {
        _surprises = sameBurst ? _surprises : _acceptedSince ? 1 : _surprises + 1;
        return !sameBurst && _surprises > 1
            ? (int)(Math.Min(_learned, _inflight) * _rules.Cut)
            : (_inflight + _proven) / 2;
    }

    private void TakeMarginBack(long now)
    {
        int limit = _margin.TakeBack(now, _inflight <= _learned, time.TimestampFrequency);
        if (limit > 0)
        {
            _proven = Math.Min(_proven, _learned);
            (_learned, _fullSince) = (limit, now);
        }
    }

    private bool Publish()
    {
        int limit = _scouts.IsFull ? Math.Min(_inflight, Goal) : Goal;
        Volatile.Write(ref _limit, limit);
        return limit > _inflight;
    }

    private long Units(TimeSpan span) => (long)(span.TotalSeconds * time.TimestampFrequency);
}
