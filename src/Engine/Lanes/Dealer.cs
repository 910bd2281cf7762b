using Paddlewheel.Engine.Timing;

namespace Paddlewheel.Engine.Lanes;

/// <summary>On the wheel, every <see cref="CreditShare.DealEvery"/>: shares the slots out anew, and keeps the limiters going.</summary>
internal sealed class Dealer : WheelEntry
{
    private readonly CreditShare _credits;
    private readonly TimerWheel _wheel;
    private readonly Action<CreditShare.Share> _tick;

    public Dealer(CreditShare credits, LaneLimits limits, TimerWheel wheel)
    {
        _credits = credits;
        _wheel = wheel;
        _tick = limits.Tick;
    }

    public void Start() => _wheel.Schedule(this, CreditShare.DealEvery);

    protected internal override void OnDue()
    {
        _credits.Deal();
        _credits.ForEach(_tick);
        _wheel.Schedule(this, CreditShare.DealEvery);
    }
}
