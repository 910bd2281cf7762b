using Paddlewheel.Engine.Fetch;
using Xunit;

namespace Paddlewheel.Engine.Tests.Fetch;

public sealed class PullLedgerTests
{
    private readonly PullLedger _ledger = new();

    [Fact]
    public void Received_DealsInTurn_FirstOfEachTellsItsTime()
    {
        _ledger.Add(2, now: 100);
        _ledger.Add(1, now: 200);
        Assert.Equal(3, _ledger.Outstanding);
        Assert.True(_ledger.Received(out long sentAt));
        Assert.Equal(100, sentAt);
        Assert.True(_ledger.Received(out sentAt));
        Assert.Equal(200, sentAt);
        Assert.False(_ledger.Received(out _));
        Assert.Equal(0, _ledger.Outstanding);
    }

    [Fact]
    public void Received_NothingAsked_StaysAtZero()
    {
        Assert.False(_ledger.Received(out _));
        Assert.Equal(0, _ledger.Outstanding);
    }

    [Fact]
    public void Ended_RestOfThePull_IsCreditAgain()
    {
        int pull = _ledger.Add(5, 1);
        _ledger.Received(out _);
        _ledger.Ended(pull);
        Assert.Equal(0, _ledger.Outstanding);
        _ledger.Ended(pull);
        _ledger.Ended(-1);
        _ledger.Ended(99);
        Assert.Equal(0, _ledger.Outstanding);
    }

    [Fact]
    public void Ended_InTheMiddle_TheOthersKeepTheirOrder()
    {
        _ledger.Add(1, 10);
        int middle = _ledger.Add(7, 20);
        _ledger.Add(2, 30);
        _ledger.Ended(middle);
        Assert.Equal(3, _ledger.Outstanding);
        _ledger.Received(out long first);
        _ledger.Received(out long second);
        Assert.Equal((10L, 30L), (first, second));
    }

    [Fact]
    public void Void_AllIsCreditAgain()
    {
        int old = _ledger.Add(5, 1);
        _ledger.Add(3, 2);
        _ledger.Void();
        Assert.Equal((0, false), (_ledger.Outstanding, _ledger.IsFull));
        _ledger.Add(4, 3);
        _ledger.Ended(old);
        Assert.Equal(4, _ledger.Outstanding);
    }

    [Fact]
    public void IsFull_EightPulls_UntilOneEnds()
    {
        List<int> pulls = [.. Enumerable.Range(0, PullLedger.MaxPulls).Select(i => _ledger.Add(1, i))];
        Assert.True(_ledger.IsFull);
        Assert.Equal(PullLedger.MaxPulls, pulls.Distinct().Count());
        _ledger.Received(out _);
        Assert.False(_ledger.IsFull);
        Assert.DoesNotContain(_ledger.Add(1, 9), pulls);
    }

    [Fact]
    public void EndOlderThan_ExpiredWithoutAWord_IsCreditAgain()
    {
        _ledger.Add(5, 10);
        _ledger.Add(3, 20);
        _ledger.EndOlderThan(20);
        Assert.Equal(3, _ledger.Outstanding);
    }

    // Numbers are given out in a circle; one that is still under way must not be given again, or its end is booked on another.
    [Fact]
    public void Add_ANumberStillUnderWay_IsNotGivenAgain()
    {
        int slow = _ledger.Add(100, 0);
        for (int i = 1; i < PullLedger.Numbers; i++)
        {
            _ledger.Ended(_ledger.Add(1, i));
        }

        Assert.NotEqual(slow, _ledger.Add(1, 9));
    }

    // The server gives one message to each waiting pull in turn. Booked on the oldest alone, the first pull looks full while
    // half of it is open, and what it had left when it expires is not credit again.
    [Fact]
    public void Ended_ServerDealtInTurn_NothingIsTakenForOutstandingThatWillNotCome()
    {
        int first = _ledger.Add(4, 0);
        _ledger.Add(4, 1);
        for (int i = 0; i < 4; i++)
        {
            _ledger.Received(out _);
        }

        _ledger.Ended(first); // it had 2 left on the server, the other one has 2
        Assert.Equal(2, _ledger.Outstanding);
    }

    // Worse the other way round: the later pull was filled, and for a filled pull no status ever comes. What the ledger still
    // expects of it is credit lost for good: one slot less until the next reconnect.
    [Fact]
    public void Ended_ServerFilledTheLaterPull_NoCreditIsLostForGood()
    {
        int first = _ledger.Add(2, 0);
        _ledger.Add(1, 1);
        _ledger.Received(out _); // of the first, on the server
        _ledger.Received(out _); // of the second, which is full now
        _ledger.Ended(first);
        Assert.Equal(0, _ledger.Outstanding);
    }

    // The server had given one to the first before the second came; here it is booked on the second, which then ends with all that
    // it was asked for. The first has been filled on the server: whatever the book still expected of it would never come.
    [Fact]
    public void Ended_MessageOfAnotherPullBookedOnIt_TheServersFigureCounts()
    {
        _ledger.Add(2, 0);
        int second = _ledger.Add(3, 1);
        _ledger.Received(out _);
        _ledger.Received(out _);
        Assert.Equal(3, _ledger.Outstanding);
        _ledger.Ended(second, left: 3);
        Assert.Equal(0, _ledger.Outstanding);
    }

    // The same, and the book takes the second one for filled.
    [Fact]
    public void Ended_TakenForFilled_TheOthersHaveLessLeft()
    {
        _ledger.Add(2, 0);
        int second = _ledger.Add(1, 1);
        _ledger.Received(out _);
        _ledger.Received(out _);
        Assert.Equal(1, _ledger.Outstanding);
        _ledger.Ended(second, left: 1);
        Assert.Equal(0, _ledger.Outstanding);
        _ledger.Ended(second, left: 1);
        Assert.Equal(0, _ledger.Outstanding);
    }

    // The other way round: what the book took for the first one's were the second's, and the first has them to come.
    [Fact]
    public void Ended_WithLessLeftThanBooked_TheOthersHaveMore()
    {
        int first = _ledger.Add(3, 0);
        int second = _ledger.Add(4, 1);
        _ledger.Received(out _);
        _ledger.Ended(second, left: 3);
        Assert.Equal(3, _ledger.Outstanding);
        _ledger.Ended(first, left: int.MaxValue);
        Assert.Equal(0, _ledger.Outstanding);
    }

    // Its end comes after everything was given up: it must not be taken off what was asked for since.
    [Fact]
    public void Ended_AfterVoid_ChangesNothing()
    {
        int filled = _ledger.Add(1, 0);
        _ledger.Received(out _);
        _ledger.Void();
        _ledger.Add(5, 1);
        _ledger.Ended(filled, left: 1);
        Assert.Equal(5, _ledger.Outstanding);
    }

    // Pulls and messages that cross at random: the book's sum is the server's once nothing is under way, with no wait for anything to expire.
    [Fact]
    public void Outstanding_MessagesAndPullsCrossAtRandom_IsTheServersInTheEnd()
    {
        for (int seed = 0; seed < 500; seed++)
        {
            CrossingPulls.Run(new PullLedger(), new Random(seed));
        }
    }
}
