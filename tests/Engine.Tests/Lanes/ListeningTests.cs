using Paddlewheel.Engine.Fetch;
using Paddlewheel.Engine.Lanes;
using Paddlewheel.Engine.Tests.Deliveries;
using Xunit;

namespace Paddlewheel.Engine.Tests.Lanes;

/// <summary>Who may ask though nothing is known to be there, among more lanes than have a place for it.</summary>
public sealed class ListeningTests
{
    private readonly Bench _bench = new(size: 64);

    // A place in memory is promised to every open pull: three hundred idle lanes would take them all.
    [Fact]
    public void Deal_MoreLanesThanMayListen_TheOthersHaveNoCreditUntilThereIsWork()
    {
        (Lane Lane, CreditShare.Share Share)[] lanes = Shares(6, listeners: 5, out CreditShare credits);
        lanes[5].Lane.Backlog = 9;
        credits.Deal();
        Assert.Equal([1, 1, 1, 1, 1, 4], lanes.Select(lane => lane.Share.Slots));
        lanes[5].Lane.Backlog = 0;
        credits.Deal();
        Assert.Equal([1, 1, 1, 1, 1, 0], lanes.Select(lane => lane.Share.Slots));

        // What is believed to be there may be another replica's: a pull that waits for it would hold its place for seconds.
        Assert.True(lanes[0].Share.IsCrowded);
        Assert.Equal([true, true, true, true, true, false], lanes.Select(lane => lane.Share.MayListen));
        credits.Leave(lanes[0].Share);
        credits.Deal();
        Assert.Equal([1, 1, 1, 1, 1], lanes.Skip(1).Select(lane => lane.Share.Slots));
        Assert.False(lanes[5].Share.IsCrowded);
    }

    // It may have to look for its consumer, or make it, for as long as a server with thousands of them takes.
    [Fact]
    public void Deal_LanesThatCannotAskYet_TakeNothingFromTheOthers()
    {
        (Lane Lane, CreditShare.Share Share)[] lanes = Shares(10, int.MaxValue, out CreditShare credits);
        Array.ForEach(lanes, lane => lane.Lane.Backlog = 9);
        Array.ForEach(lanes[1..], lane => lane.Share.Close());
        credits.Deal();
        Assert.Equal([4, 0, 0, 0, 0, 0, 0, 0, 0, 0], lanes.Select(lane => lane.Share.Slots));
        lanes[1].Share.Open();
        Assert.Equal(1, lanes[1].Share.Slots);
        credits.Deal();
        Assert.Equal([2, 2], lanes.Take(2).Select(lane => lane.Share.Slots));
    }

    // The answer comes at once and is always the same: it would ask again thousands of times a second.
    [Fact]
    public void TryAsk_NoPlaceToListen_OnlyForWhatIsThere()
    {
        (Lane Lane, CreditShare.Share Share)[] lanes = Shares(6, listeners: 5, out CreditShare credits);
        lanes[5].Lane.Backlog = 3;
        credits.Deal();
        CreditGate gate = new(lanes[5].Lane, lanes[5].Share, _bench.Pool, 0, _bench.Clock);
        Assert.False(gate.MayWait);
        Assert.True(gate.TryAsk(out int pull, out int batch));
        Assert.Equal(4, batch);
        lanes[5].Lane.Backlog = 0;
        gate.Ended(pull);
        Assert.False(gate.TryAsk(out _, out _));
    }

    [Fact]
    public void TryAsk_APlaceToListen_OnePullOfOneWaits()
    {
        (Lane Lane, CreditShare.Share Share)[] lanes = Shares(6, listeners: 5, out CreditShare credits);
        lanes[0].Lane.Backlog = 9;
        credits.Deal();
        CreditGate gate = new(lanes[0].Lane, lanes[0].Share, _bench.Pool, 0, _bench.Clock);
        Assert.False(gate.MayWait);
        lanes[0].Lane.Backlog = 0;
        Assert.True(gate.MayWait);
        Assert.True(gate.TryAsk(out _, out int batch));
        Assert.Equal(1, batch);
        Assert.False(gate.TryAsk(out _, out _));
    }

    private (Lane Lane, CreditShare.Share Share)[] Shares(int lanes, int listeners, out CreditShare credits)
    {
        CreditShare owner = credits = new(4, _bench.Clock, listeners);
        return [.. Enumerable.Range(0, lanes).Select(i => _bench.NewLane("s" + i, TimeSpan.FromSeconds(30))).Select(lane => (lane, owner.Join(lane)))];
    }
}
