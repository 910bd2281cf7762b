using Paddlewheel.Engine.Timing;

namespace Paddlewheel.Engine.Lanes;

/// <summary>Shares the slots out anew, on the wheel, every <see cref="CreditShare.DealEvery"/>.</summary>
internal sealed class Dealer(CreditShare credits, TimerWheel wheel) : WheelEntry
{
    public void Start() => wheel.Schedule(this, CreditShare.DealEvery);

    protected internal override void OnDue()
    {
        credits.Deal();
        wheel.Schedule(this, CreditShare.DealEvery);
    }
}
