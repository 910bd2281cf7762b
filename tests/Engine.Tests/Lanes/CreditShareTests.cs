using Paddlewheel.Engine.Lanes;
using Paddlewheel.Engine.Tests.Timing;
using Xunit;

namespace Paddlewheel.Engine.Tests.Lanes;

public sealed class CreditShareTests
{
    private readonly HandClock _clock = new();

    [Fact]
    public void Slots_OneLane_HasThemAll()
    {
        CreditShare.Share only = new CreditShare(10, _clock).Join();
        Assert.Equal(10, only.Slots);
        only.Worked(_clock.Timestamp);
        Assert.Equal(10, only.Slots);
    }

    [Fact]
    public void Slots_TwoActive_SplitEqually()
    {
        (CreditShare.Share a, CreditShare.Share b) = Two(10);
        a.Worked(_clock.Timestamp);
        b.Worked(_clock.Timestamp);
        Assert.Equal((5, 5), (a.Slots, b.Slots));
    }

    [Fact]
    public void Slots_OneActive_HasAllAndTheOtherKeepsALittle()
    {
        (CreditShare.Share a, CreditShare.Share b) = Two(40);
        a.Worked(_clock.Timestamp);
        Assert.Equal((40, 5), (a.Slots, b.Slots));
    }

    [Fact]
    public void Slots_NoMessageForHalfASecond_GivesItsPartBack()
    {
        (CreditShare.Share a, CreditShare.Share b) = Two(10);
        b.Worked(_clock.Timestamp);
        _clock.Move(TimeSpan.FromMilliseconds(499));
        a.Worked(_clock.Timestamp);
        Assert.Equal(5, a.Slots);
        _clock.Move(TimeSpan.FromMilliseconds(2));
        Assert.Equal(10, a.Slots);
    }

    [Fact]
    public void Slots_FewerThanLanes_AtLeastOneEach()
    {
        (CreditShare.Share a, CreditShare.Share b) = Two(1);
        a.Worked(_clock.Timestamp);
        b.Worked(_clock.Timestamp);
        Assert.Equal((1, 1), (a.Slots, b.Slots));
    }

    private (CreditShare.Share A, CreditShare.Share B) Two(int slots)
    {
        CreditShare share = new(slots, _clock);
        return (share.Join(), share.Join());
    }
}
