using Paddlewheel.Engine.Timing;

namespace Paddlewheel.Engine.Lanes;

/// <summary>On the wheel: shares the slots out anew as often as that is of use, and every <see cref="CreditShare.DealEvery"/> keeps the limiters going.</summary>
internal sealed class Dealer : WheelEntry
{
    private readonly CreditShare _credits;
    private readonly TimerWheel _wheel;
    private readonly Action<CreditShare.Share> _tick;
    private long _tickedAt;

    public Dealer(CreditShare credits, LaneLimits limits, TimerWheel wheel)
    {
        _credits = credits;
        _wheel = wheel;
        _tick = limits.Tick;
        _tickedAt = wheel.Time.GetTimestamp();
    }

    public void Start() => _wheel.Schedule(this, CreditShare.DealEvery);

    protected internal override void OnDue()
    {
        TimeSpan next = _credits.Deal();
        long now = _wheel.Time.GetTimestamp();
        if (_wheel.Time.GetElapsedTime(_tickedAt, now) >= CreditShare.DealEvery)
        {
            _tickedAt = now;
            _credits.ForEach(_tick);
        }

        _wheel.Schedule(this, next);
    }
}
