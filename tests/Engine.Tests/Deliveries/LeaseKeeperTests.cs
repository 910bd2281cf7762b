using Paddlewheel.Engine.Ack;
using Paddlewheel.Engine.Deliveries;
using Paddlewheel.Engine.Lanes;
using Paddlewheel.Engine.Telemetry;
using Xunit;

namespace Paddlewheel.Engine.Tests.Deliveries;

public sealed class LeaseKeeperTests
{
    private static readonly TimeSpan AckWait = TimeSpan.FromSeconds(30);

    private readonly Bench _bench = new(size: 128, AckWait);

    [Theory]
    [InlineData(DeliveryState.Waiting)]
    [InlineData(DeliveryState.Invoking)]
    [InlineData(DeliveryState.CallingBack)]
    internal void OnDue_Held_RenewsAtAThird(DeliveryState state)
    {
        Start();
        Delivery delivery = _bench.Receive(100);
        delivery.State = state;
        Pass(AckWait / 3 - TimeSpan.FromMilliseconds(1));
        Assert.Empty(_bench.Acks.Commands);

        // The keeper walks every fifteenth, so it is never later than that.
        Pass(AckWait / 15);
        AckCommand command = Assert.Single(_bench.Acks.Commands);
        Assert.Equal((AckKind.InProgress, delivery, delivery.Generation), (command.Kind, command.Delivery, command.Generation));
        _bench.Home.Release(delivery);
        _bench.AssertAllHome();
    }

    [Theory]
    [InlineData(DeliveryState.Answered)]
    [InlineData(DeliveryState.Free)]
    internal void OnDue_AnsweredOrFree_SaysNothing(DeliveryState state)
    {
        Start();
        Delivery delivery = _bench.Receive(1);
        delivery.State = state;
        Pass(AckWait);
        Assert.Empty(_bench.Acks.Commands);
        _bench.Home.Release(delivery);
        _bench.AssertAllHome();
    }

    [Fact]
    public void OnDue_ABatch_EachIsRenewedInTime()
    {
        List<TimeSpan> times = RenewalsOfABatch();
        Assert.Equal(100, times.Count);
        Assert.True(times.Min() >= AckWait / 3 * 0.9, $"first renewal at {times.Min()}");
        Assert.True(times.Max() <= AckWait * 0.45, $"last renewal at {times.Max()}");
    }

    // The jitter, a tenth of a third, is smaller than the keeper's own period, a fifteenth: it sees them all in one walk.
    [Fact]
    public void OnDue_ABatchThatCameTogether_IsSpread() => Assert.True(RenewalsOfABatch().Distinct().Count() > 2, "all at once");

    private List<TimeSpan> RenewalsOfABatch()
    {
        Start();
        List<Delivery> batch = [.. Enumerable.Range(1, 100).Select(sequence => _bench.Receive((ulong)sequence))];
        List<TimeSpan> times = [];
        TimeSpan passed = TimeSpan.Zero;
        while (passed < AckWait / 2)
        {
            int before = _bench.Acks.Commands.Count;
            Step();
            passed += Tick;
            for (int i = before; i < _bench.Acks.Commands.Count; i++)
            {
                Assert.True(_bench.Home.TryRenewLease(_bench.Acks.Commands[i].Delivery!));
                times.Add(passed);
            }
        }

        Assert.Equal(100, _bench.Acks.Commands.Select(command => command.Delivery).Distinct().Count());
        batch.ForEach(delivery => _bench.Home.Release(delivery));
        _bench.AssertAllHome();
        return times;
    }

    [Fact]
    public void OnDue_HeldFor90Seconds_LeaseIsNeverLost()
    {
        Start();
        Delivery delivery = _bench.Receive(1);
        delivery.State = DeliveryState.Invoking;
        int answered = 0;
        for (TimeSpan passed = TimeSpan.Zero; passed < TimeSpan.FromSeconds(90); passed += Tick)
        {
            Step();
            for (; answered < _bench.Acks.Commands.Count; answered++)
            {
                Assert.True(_bench.Home.TryRenewLease(delivery));
            }

            Assert.False(_bench.Home.LeaseIsLost(delivery));
        }

        Assert.InRange(answered, 7, 11);
        _bench.Home.Release(delivery);
        _bench.AssertAllHome();
    }

    [Fact]
    public void Stop_NothingIsRenewedAndTheWheelIsEmpty()
    {
        LeaseKeeper keeper = Start();
        Delivery delivery = _bench.Receive(1);
        keeper.Stop();
        Pass(AckWait);
        Assert.Empty(_bench.Acks.Commands);
        Assert.Equal(0, _bench.Wheel.Count);
        _bench.Home.Release(delivery);
        _bench.AssertAllHome();
    }

    // A renewal that comes too late is useless, and while the connection is down nobody takes the commands away: they pile up.
    [Fact]
    public void OnDue_LeaseLost_AsksNoMore()
    {
        Start();
        Delivery delivery = _bench.Receive(1);
        delivery.State = DeliveryState.Invoking;
        Pass(AckWait);
        Assert.True(_bench.Home.LeaseIsLost(delivery));
        int before = _bench.Acks.Commands.Count;
        Pass(AckWait * 10);
        Assert.Equal(before, _bench.Acks.Commands.Count);
        _bench.Home.Release(delivery);
        _bench.AssertAllHome();
    }

    // An adopted consumer keeps its own ack wait, which may be shorter than the one we would have given it.
    [Fact]
    public void OnDue_AdoptedShortAckWait_RenewsInTime()
    {
        Lane adopted = _bench.NewLane("faas-request", TimeSpan.FromSeconds(1));
        Start();
        Delivery delivery = _bench.Receive(1, lane: adopted);
        int answered = 0;
        for (int i = 0; i < 3000 / (int)Tick.TotalMilliseconds; i++)
        {
            Step();
            for (; answered < _bench.Acks.Commands.Count; answered++)
            {
                _bench.Home.TryRenewLease(delivery);
            }
        }

        Assert.False(_bench.Home.LeaseIsLost(delivery));
        _bench.Home.Release(delivery);
    }

    // Receive makes the delivery visible to the keeper; its lease is written only afterwards. Seen between the two it has the
    // lease of its last life, is taken for lost, and will not be renewed for as long as it lives.
    [Fact]
    public void OnDue_BetweenReceiveAndItsLease_IsNotTakenForLost()
    {
        LeaseKeeper keeper = Start();
        _bench.Pool.TryRent(out Delivery delivery);
        _bench.Clock.Move(AckWait * 2);
        delivery.Receive(_bench.Lane, Bench.ReplyTo(1), Bench.Subject(1), new System.Buffers.ReadOnlySequence<byte>("{}"u8.ToArray()));
        _bench.Wheel.Cancel(keeper);
        keeper.OnDue();
        Assert.Empty(_bench.Acks.Commands);
        _bench.Pool.Return(delivery);
        _bench.AssertAllHome();
    }

    private static TimeSpan Tick { get; } = TimeSpan.FromMilliseconds(50);

    private LeaseKeeper Start()
    {
        LeaseKeeper keeper = new(_bench.Pool, _bench.Wheel, _bench.Acks.Target, _bench.Clock, AckWait);
        keeper.Start();
        return keeper;
    }

    private void Step() => _bench.Pass(Tick);

    // In steps, because the keeper re-arms itself only when it is due.
    private void Pass(TimeSpan time)
    {
        for (TimeSpan passed = TimeSpan.Zero; passed < time; passed += Tick)
        {
            _bench.Pass(time - passed < Tick ? time - passed : Tick);
        }
    }
}
