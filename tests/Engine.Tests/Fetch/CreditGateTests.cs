using CsCheck;
using Paddlewheel.Engine.Deliveries;
using Paddlewheel.Engine.Fetch;
using Paddlewheel.Engine.Lanes;
using Paddlewheel.Engine.Tests.Deliveries;
using Xunit;

namespace Paddlewheel.Engine.Tests.Fetch;

public sealed class CreditGateTests
{
    [Fact]
    public void TryAsk_AllFree_AsksForTheSlotsOnce()
    {
        (Bench bench, CreditGate gate) = Gate(slots: 5, pool: 20);
        Assert.True(gate.TryAsk(out int pull, out int batch));
        Assert.Equal((0, 5), (pull, batch));
        Assert.False(gate.TryAsk(out _, out _));
        Assert.Equal(5, gate.Outstanding);
        bench.AssertAllHome();
    }

    [Fact]
    public void TryAsk_HeldCounts_UntilItsSlotIsFree()
    {
        (Bench bench, CreditGate gate) = Gate(slots: 2, pool: 20);
        gate.TryAsk(out _, out _);
        Take(bench, gate);
        Take(bench, gate);
        Assert.False(gate.TryAsk(out _, out _));
        bench.Lane.SlotFreed(completed: true);
        Assert.True(gate.TryAsk(out _, out int batch));
        Assert.Equal(1, batch);
    }

    [Fact]
    public void TryAsk_FewFreeDeliveries_NeverMoreThanThose()
    {
        (Bench bench, CreditGate gate) = Gate(slots: 10, pool: 4);
        bench.Pool.TryRent(out Delivery busy);
        Assert.True(gate.TryAsk(out _, out int batch));
        Assert.Equal(3, batch);
        Assert.False(gate.TryAsk(out _, out _));
        bench.Pool.Return(busy);
        Assert.True(gate.TryAsk(out _, out batch));
        Assert.Equal(1, batch);
        bench.AssertAllHome();
    }

    [Fact]
    public void TryAsk_LargeMessages_NeverMoreOnTheWayThanTheServerLetsWait()
    {
        (Bench bench, CreditGate gate) = Gate(slots: 200, pool: 400);
        Assert.True(gate.TryAsk(out _, out int batch));
        Assert.Equal(CreditGate.MaxBytesOnTheWay / CreditGate.UnknownBytes, batch);

        // Four times as large as was thought: nothing more before three quarters have come, though slots are free.
        for (int come = 1; come <= 24; come++)
        {
            Assert.False(gate.TryAsk(out _, out _));
            gate.Received(streamHasMore: true, 4 * CreditGate.UnknownBytes, bench.Clock.Timestamp);
        }

        gate.Received(streamHasMore: true, 4 * CreditGate.UnknownBytes, bench.Clock.Timestamp);
        Assert.True(gate.TryAsk(out _, out batch));
        Assert.Equal((1, 8), (batch, gate.Outstanding));
    }

    [Fact]
    public async Task Received_FirstMessageIsSmall_AsksForTheOtherSlotsWithoutWaitingForACall()
    {
        (Bench bench, CreditGate gate) = Gate(slots: 200, pool: 400);
        gate.TryAsk(out _, out _);
        Task<bool> waiting = gate.WaitAsync().AsTask();
        gate.Received(streamHasMore: true, 1024, bench.Clock.Timestamp);
        Assert.True(await waiting);
        Assert.True(gate.TryAsk(out _, out int batch));
        Assert.Equal(200 - 31, batch);
    }

    [Fact]
    public void Ended_GivesTheRestBack()
    {
        (_, CreditGate gate) = Gate(slots: 5, pool: 20);
        gate.TryAsk(out int pull, out _);
        gate.Ended(pull);
        Assert.True(gate.TryAsk(out _, out int batch));
        Assert.Equal(5, batch);
    }

    [Fact]
    public async Task WaitAsync_RoomMade_WakesTheLoop()
    {
        (Bench bench, CreditGate gate) = Gate(slots: 1, pool: 4);
        gate.TryAsk(out _, out _);
        Take(bench, gate);
        Task<bool> waiting = gate.WaitAsync().AsTask();
        gate.RoomMade();
        Assert.False(waiting.IsCompleted); // no room: no wake-up
        bench.Lane.SlotFreed(completed: true);
        gate.RoomMade();
        Assert.True(await waiting);

        waiting = gate.WaitAsync().AsTask();
        gate.VoidAll();
        Assert.True(await waiting);
        waiting = gate.WaitAsync().AsTask();
        gate.Stop();
        Assert.False(await waiting);
    }

    [Fact]
    public void TwoLanes_BothActive_AskForHalfEach()
    {
        Bench bench = new(size: 64);
        CreditShare credits = new(10, bench.Clock);
        Lane other = bench.NewLane("other", TimeSpan.FromSeconds(30));
        CreditShare.Share a = credits.Join(bench.Lane), b = credits.Join(other);
        bench.Lane.Backlog = other.Backlog = 100;
        credits.Deal();
        new CreditGate(bench.Lane, a, bench.Pool, 0, bench.Clock).TryAsk(out _, out int first);
        new CreditGate(other, b, bench.Pool, 0, bench.Clock).TryAsk(out _, out int second);
        Assert.Equal((5, 5), (first, second));
    }

    // What the other lane has asked for has no place any more either; a message without a place is handed back, and that
    // counts as an attempt.
    [Fact]
    public void TwoLanes_FewFreeDeliveries_TogetherNeverMoreThanThose()
    {
        Bench bench = new(size: 6);
        CreditShare credits = new(10, bench.Clock);
        Lane other = bench.NewLane("other", TimeSpan.FromSeconds(30));
        CreditShare.Share a = credits.Join(bench.Lane), b = credits.Join(other);
        bench.Lane.Backlog = other.Backlog = 100;
        credits.Deal();
        new CreditGate(bench.Lane, a, bench.Pool, 0, bench.Clock).TryAsk(out _, out int first);
        new CreditGate(other, b, bench.Pool, 0, bench.Clock).TryAsk(out _, out int second);
        Assert.True(first + second <= bench.Pool.Free, $"{first} and {second} asked for, {bench.Pool.Free} free");
    }

    [Fact]
    public void TryAsk_AnyHistory_CreditNeverExceedsFreeDeliveries()
    {
        Gen.Int[0, 5].Array[1, 200].Sample(steps =>
        {
            (Bench bench, CreditGate gate) = Gate(slots: 6, pool: 9, prefetch: 6);
            Queue<Delivery> held = [];
            int lastPull = -1;
            foreach (int step in steps)
            {
                bench.Clock.Move(TimeSpan.FromMilliseconds(7));
                switch (step)
                {
                    case 0 or 1 when gate.TryAsk(out int pull, out int batch):
                        lastPull = pull;
                        Assert.InRange(batch, 1, 9);
                        break;
                    case 2 or 3 when gate.Outstanding > 0:
                        gate.Received(streamHasMore: true, 1024, bench.Clock.Timestamp);
                        Assert.True(bench.Pool.TryRent(out Delivery delivery), "asked for more than there is room for");
                        bench.Lane.Took();
                        held.Enqueue(delivery);
                        break;
                    case 4 when held.TryDequeue(out Delivery? done):
                        bench.Lane.SlotFreed(completed: true);
                        bench.Pool.Return(done);
                        break;
                    case 5:
                        gate.Ended(lastPull);
                        break;
                }

                Assert.True(gate.Outstanding <= bench.Pool.Free, $"{gate.Outstanding} asked for, {bench.Pool.Free} free");
            }

            while (held.TryDequeue(out Delivery? rest))
            {
                bench.Pool.Return(rest);
            }

            bench.AssertAllHome();
        }, iter: 500);
    }

    private static (Bench, CreditGate) Gate(int slots, int pool, int prefetch = 0)
    {
        Bench bench = new(pool);
        return (bench, new CreditGate(bench.Lane, new CreditShare(slots, bench.Clock).Join(bench.Lane), bench.Pool, prefetch, bench.Clock));
    }

    private static void Take(Bench bench, CreditGate gate)
    {
        gate.Received(streamHasMore: false, 1024, bench.Clock.Timestamp);
        bench.Lane.Took();
    }
}
