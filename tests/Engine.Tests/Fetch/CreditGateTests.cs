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

    [Theory]
    [InlineData(0, 4 + 20)]
    [InlineData(1000, 4 + 20)]
    [InlineData(40, 4 + 10)]
    [InlineData(3, 4)]
    public void TryAsk_QuickFunctions_HoldsAheadAQuarterOfAnAdoptedLimitAtMost(long maxAckPending, int expected)
    {
        (Bench bench, CreditGate gate) = Gate(slots: 4, pool: 100, prefetch: 20);
        gate.MostAhead = Prefetch.MostOf(maxAckPending);
        WorkQuickly(bench, gate);
        gate.VoidAll();
        gate.TryAsk(out _, out int batch);
        Assert.Equal(expected, batch);
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

    // 50,000 calls a second, for one second.
    internal static void WorkQuickly(Bench bench, CreditGate gate)
    {
        for (int step = 0; step < 50; step++)
        {
            bench.Clock.Move(TimeSpan.FromMilliseconds(20));
            for (int call = 0; call < 1000; call++)
            {
                bench.Lane.Took();
                bench.Lane.SlotFreed(completed: true);
            }

            gate.TryAsk(out _, out _);
        }
    }

    private static void Take(Bench bench, CreditGate gate)
    {
        gate.Received(streamHasMore: false, 1024, bench.Clock.Timestamp);
        bench.Lane.Took();
    }
}
