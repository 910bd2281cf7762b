using Paddlewheel.Engine.Lanes;
using Paddlewheel.Engine.Tests.Deliveries;
using Xunit;

namespace Paddlewheel.Engine.Tests.Lanes;

public sealed class CreditShareTests
{
    private readonly Bench _bench = new();

    [Fact]
    public void Deal_OneLane_HasThemAll()
    {
        CreditShare.Share only = Shares(10, 1)[0].Share;
        Assert.Equal(10, only.Slots);
    }

    [Fact]
    public void Deal_TwoWithBacklog_HalfEach()
    {
        Assert.Equal([150, 150], Deal(300, (Held: 0, Backlog: 1000), (0, 1000)));
    }

    // Max-min: what the light ones do not want goes to those that do.
    [Fact]
    public void Deal_LightAndHeavy_HeavyHasWhatTheLightLeaves()
    {
        Assert.Equal([3, 48, 49], Deal(100, (2, 0), (0, 900), (0, 900)));
    }

    // Few slots: none is kept free for who might come, but everybody hears of what comes.
    [Fact]
    public void Deal_FewSlots_NoneIsKeptFreeAndEveryLaneListens()
    {
        Assert.Equal([3, 2], Deal(4, (Held: 2, Backlog: 14), (1, 0)));
    }

    // What has no slot here is for another replica.
    [Fact]
    public void Deal_EverySlotBusy_NobodyAsksForOneMore()
    {
        Assert.Equal([5, 1], Deal(5, (Held: 5, Backlog: 0), (0, 0)));
    }

    [Fact]
    public void Deal_OthersWithoutWork_OneAloneHasAll()
    {
        Assert.Equal([300, 1, 1], Deal(300, (0, 500), (0, 0), (0, 0)));
    }

    [Fact]
    public void Deal_LaneThatWorkedAMomentAgo_KeepsOneSlotFree()
    {
        (Lane Lane, CreditShare.Share Share)[] lanes = Shares(300, 2, out CreditShare credits);
        lanes[0].Lane.Backlog = 500;
        lanes[1].Share.Worked(_bench.Clock.Timestamp);
        credits.Deal();
        Assert.Equal((299, 1), (lanes[0].Share.Slots, lanes[1].Share.Slots));
        _bench.Clock.Move(TimeSpan.FromSeconds(11));
        credits.Deal();
        Assert.Equal(300, lanes[0].Share.Slots);
    }

    // Another replica may have taken what the last message promised.
    [Fact]
    public void Deal_BacklogButAPullStaysOpen_IsNotBelieved()
    {
        (Lane Lane, CreditShare.Share Share)[] lanes = Shares(300, 2, out CreditShare credits);
        lanes[0].Lane.Backlog = lanes[1].Lane.Backlog = 500;
        lanes[0].Share.Worked(_bench.Clock.Timestamp);
        lanes[0].Share.Outstanding = 5;
        credits.Deal();
        Assert.Equal(150, lanes[1].Share.Slots);
        _bench.Clock.Move(TimeSpan.FromMilliseconds(201));
        credits.Deal();
        Assert.Equal(299, lanes[1].Share.Slots);
    }

    [Fact]
    public void Deal_LaneAtItsOwnLimit_LeavesTheRestToTheOthers()
    {
        (Lane Lane, CreditShare.Share Share)[] lanes = Shares(300, 2, out CreditShare credits);
        lanes[0].Lane.Backlog = lanes[1].Lane.Backlog = 500;
        lanes[0].Lane.Line.Limit = 5;
        credits.Deal();
        Assert.Equal((5, 295), (lanes[0].Share.Slots, lanes[1].Share.Slots));
    }

    // Its neighbour's calls end together: what they leave must be there when the limit doubles, not one slot a wave.
    [Theory]
    [InlineData(500, 150)]
    [InlineData(20, 20)]
    public void Deal_LimitThatStillDoubles_HasItsPartBeforeItNeedsIt(int backlog, int part)
    {
        (Lane Lane, CreditShare.Share Share)[] lanes = Shares(300, 2, out CreditShare credits);
        lanes[0].Lane.Backlog = backlog;
        lanes[0].Lane.Line.Adaptive = new AdaptiveLimit(new AdaptiveRules(), _bench.Clock, new Random(1));
        lanes[1].Lane.Backlog = 500;
        credits.Deal();
        Assert.Equal((1, 300 - part), (lanes[0].Share.Slots, lanes[1].Share.Slots));
    }

    [Fact]
    public void Deal_LimitWithAKnownMaximum_LeavesTheRestToTheOthers()
    {
        (Lane Lane, CreditShare.Share Share)[] lanes = Shares(300, 2, out CreditShare credits);
        AdaptiveLimit limit = new(new AdaptiveRules(), _bench.Clock, new Random(1));
        limit.Hint(6);
        long[] started = [.. Enumerable.Range(0, 6).Select(_ => limit.Started())];
        limit.Finished(started[5], CallOutcome.Rejected);
        lanes[0].Lane.Line.Adaptive = limit;
        lanes[0].Lane.Backlog = lanes[1].Lane.Backlog = 500;
        credits.Deal();
        Assert.Equal((5, 295), (lanes[0].Share.Slots, lanes[1].Share.Slots));
    }

    // Its limit can only rise if it is told that there is room.
    [Fact]
    public void FairSlots_LaneAtItsOwnLimit_IsWhatItWouldHave()
    {
        (Lane Lane, CreditShare.Share Share)[] lanes = Shares(300, 3, out CreditShare credits);
        lanes[0].Lane.Backlog = 500;
        lanes[0].Lane.Line.Limit = 1;
        credits.Deal();
        Assert.Equal((1, 300), (lanes[0].Share.Slots, lanes[0].Share.FairSlots));
        lanes[1].Lane.Backlog = 500;
        credits.Deal();
        Assert.Equal((1, 299, 150), (lanes[0].Share.Slots, lanes[1].Share.Slots, lanes[0].Share.FairSlots));
    }

    [Fact]
    public void Deal_FewWithLittleToDo_OneWithMuchHasTheRest()
    {
        Assert.Equal([1, 2, 61], Deal(64, (0, 1), (1, 1), (0, 900)));
    }

    // What came since it was last heard of.
    [Fact]
    public void Deal_LittleToDoAndSlotsThatNobodyWants_RoomForMore()
    {
        Assert.Equal([31, 33], Deal(64, (0, 1), (0, 2)));
    }

    [Fact]
    public void Deal_SomeoneIsShortWhileSlotsAreFree_TheNextOneComesSoon()
    {
        (Lane Lane, CreditShare.Share Share)[] lanes = Shares(4, 2, out CreditShare credits);
        Assert.Equal(CreditShare.DealEvery, credits.Deal());
        lanes[0].Lane.Backlog = 3;
        Assert.Equal(CreditShare.DealEvery, credits.Deal());
        lanes[1].Lane.Backlog = 3;
        Assert.Equal(CreditShare.DealSoon, credits.Deal());
        lanes[0].Lane.Took();
        lanes[0].Lane.Took();
        lanes[1].Lane.Took();
        lanes[1].Lane.Took();
        Assert.Equal(CreditShare.DealEvery, credits.Deal());
    }

    [Fact]
    public void PrefetchLimit_OtherLanesAtWork_IsTheLanesOwnPart()
    {
        (Lane Lane, CreditShare.Share Share)[] lanes = Shares(10, 2, out CreditShare credits);
        lanes[0].Lane.Backlog = 9;
        credits.Deal();
        Assert.Equal(int.MaxValue, lanes[0].Share.PrefetchLimit);
        lanes[1].Lane.Backlog = 9;
        credits.Deal();
        Assert.Equal(5, lanes[0].Share.PrefetchLimit);
        lanes[0].Lane.Line.Limit = 1;
        Assert.Equal(0, lanes[0].Share.PrefetchLimit);
    }

    [Fact]
    public void Deal_PartGrows_LaneIsWoken()
    {
        (Lane Lane, CreditShare.Share Share)[] lanes = Shares(10, 2, out CreditShare credits);
        credits.Deal();
        int woken = 0;
        lanes[0].Lane.OnRoomMade(() => woken++);
        lanes[0].Lane.Backlog = 5;
        credits.Deal();
        Assert.Equal(1, woken);
        credits.Deal();
        Assert.Equal(1, woken);
    }

    [Fact]
    public void Leave_OneOfTwo_TheOtherHasAllAndNothingIsOutstanding()
    {
        (Lane Lane, CreditShare.Share Share)[] lanes = Shares(10, 2, out CreditShare credits);
        lanes[0].Share.Outstanding = 4;
        credits.Leave(lanes[0].Share);
        Assert.Equal((10, 0), (lanes[1].Share.Slots, lanes[1].Share.OutstandingOfAll));
    }

    private int[] Deal(int slots, params (int Held, int Backlog)[] state)
    {
        (Lane Lane, CreditShare.Share Share)[] lanes = Shares(slots, state.Length, out CreditShare credits);
        for (int i = 0; i < state.Length; i++)
        {
            lanes[i].Lane.Backlog = state[i].Backlog;
            for (int held = 0; held < state[i].Held; held++)
            {
                lanes[i].Lane.Took();
            }
        }

        credits.Deal();
        return [.. lanes.Select(lane => lane.Share.Slots)];
    }

    private (Lane Lane, CreditShare.Share Share)[] Shares(int slots, int lanes) => Shares(slots, lanes, out _);

    private (Lane Lane, CreditShare.Share Share)[] Shares(int slots, int lanes, out CreditShare credits)
    {
        CreditShare owner = credits = new(slots, _bench.Clock);
        return [.. Enumerable.Range(0, lanes).Select(i => _bench.NewLane("s" + i, TimeSpan.FromSeconds(30))).Select(lane => (lane, owner.Join(lane)))];
    }
}
