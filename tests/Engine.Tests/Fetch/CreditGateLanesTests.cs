using Paddlewheel.Engine.Fetch;
using Paddlewheel.Engine.Lanes;
using Paddlewheel.Engine.Tests.Deliveries;
using Xunit;

namespace Paddlewheel.Engine.Tests.Fetch;

public sealed class CreditGateLanesTests
{
    [Fact]
    public void TwoLanes_BothActive_AskForHalfEach()
    {
        (int first, int second, _) = AskBoth(places: 64);
        Assert.Equal((5, 5), (first, second));
    }

    // What the other lane has asked for has no place any more either; a message without a place is handed back, and that
    // counts as an attempt.
    [Fact]
    public void TwoLanes_FewFreeDeliveries_TogetherNeverMoreThanThose()
    {
        (int first, int second, int free) = AskBoth(places: 6);
        Assert.True(first + second <= free, $"{first} and {second} asked for, {free} free");
    }

    // Alone it was worth a pull only for half of the many that it held ahead; now it may hold fewer than those.
    [Fact]
    public async Task RoomMade_SlotsWentToOtherLanes_AsksForTheFewItHasNow()
    {
        Bench bench = new(size: 600);
        CreditShare credits = new(64, bench.Clock);
        CreditGate gate = new(bench.Lane, credits.Join(bench.Lane), bench.Pool, 256, bench.Clock);
        gate.TryAsk(out _, out _);
        gate.Received(streamHasMore: true, 1024, bench.Clock.Timestamp);
        CreditGateTests.WorkQuickly(bench, gate);
        while (gate.Outstanding > 0)
        {
            gate.Received(streamHasMore: true, 1024, bench.Clock.Timestamp);
        }

        for (int i = 0; i < 15; i++)
        {
            Lane other = bench.NewLane($"other-{i}", TimeSpan.FromSeconds(30));
            credits.Join(other);
            other.Backlog = 1000;
        }

        bench.Lane.Backlog = 1000;
        credits.Deal();
        Assert.True(await gate.WaitAsync()); // told by the first message, when there were slots for more
        Task<bool> waiting = gate.WaitAsync().AsTask();
        Assert.False(waiting.IsCompleted);
        gate.RoomMade();
        Assert.True(await waiting.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken)); // or it would wait for ever
        Assert.True(gate.TryAsk(out _, out int batch));
        Assert.Equal(4 + 4, batch);
    }

    private static (int First, int Second, int Free) AskBoth(int places)
    {
        Bench bench = new(places);
        CreditShare credits = new(10, bench.Clock);
        Lane other = bench.NewLane("other", TimeSpan.FromSeconds(30));
        CreditShare.Share a = credits.Join(bench.Lane), b = credits.Join(other);
        bench.Lane.Backlog = other.Backlog = 100;
        credits.Deal();
        new CreditGate(bench.Lane, a, bench.Pool, 0, bench.Clock).TryAsk(out _, out int first);
        new CreditGate(other, b, bench.Pool, 0, bench.Clock).TryAsk(out _, out int second);
        return (first, second, bench.Pool.Free);
    }
}
