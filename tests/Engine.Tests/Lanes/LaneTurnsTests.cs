using CsCheck;
using Paddlewheel.Engine.Deliveries;
using Paddlewheel.Engine.Lanes;
using Paddlewheel.Engine.Pipeline;
using Paddlewheel.Engine.Tests.Deliveries;
using Xunit;

namespace Paddlewheel.Engine.Tests.Lanes;

public sealed class LaneTurnsTests
{
    private readonly Bench _bench = new(size: 64);
    private readonly LaneTurns _turns = new(slots: 8);
    private readonly WaitRing<Delivery>.Waiter _waiter = new();
    private ulong _sequence;

    [Fact]
    public async Task ReadAsync_OneLane_FirstInFirstOut()
    {
        Delivery first = Write(_bench.Lane), second = Write(_bench.Lane);
        Assert.Equal([first, second], [await ReadAsync(), await ReadAsync()]);
    }

    [Fact]
    public async Task ReadAsync_LightBehindHeavy_IsNext()
    {
        Lane light = NewLane();
        Delivery[] heavy = [.. Enumerable.Range(0, 20).Select(_ => Write(_bench.Lane))];
        Delivery one = Write(light);
        Assert.Equal([heavy[0], one, heavy[1]], [await ReadAsync(), await ReadAsync(), await ReadAsync()]);
    }

    [Fact]
    public async Task ReadAsync_ManyLanes_OneEachBeforeAnySecond()
    {
        Lane[] lanes = [.. Enumerable.Range(0, 10).Select(_ => NewLane())];
        foreach (Lane lane in lanes)
        {
            Write(lane);
            Write(lane);
        }

        List<Lane> order = [];
        for (int i = 0; i < 20; i++)
        {
            order.Add((await ReadAsync()).Lane);
        }

        Assert.Equal(10, order.Take(10).Distinct().Count());
        Assert.Equal(order.Take(10), order.Skip(10));
    }

    [Fact]
    public async Task ReadAsync_LaneAtItsLimit_IsPassedOverUntilACallEnds()
    {
        Lane other = NewLane();
        _bench.Lane.Line.Limit = 1;
        Delivery runs = Write(_bench.Lane), waits = Write(_bench.Lane), free = Write(other);
        Assert.Equal([runs, free], [await ReadAsync(), await ReadAsync()]);
        ValueTask<bool> idle = _turns.ReadAsync(_waiter, ended: null);
        Assert.False(idle.IsCompleted);
        WaitRing<Delivery>.Waiter slot = new();
        Assert.True(await _turns.ReadAsync(slot, ended: _bench.Lane));
        Assert.Same(waits, slot.Item);
    }

    [Fact]
    public async Task TryWrite_LastOfTheStream_ASlotThatWaitsGoesOnBeforeItReturns()
    {
        Task<Thread> slot = ThreadOfNextAsync();
        Assert.True(_turns.TryWrite(_bench.Receive(++_sequence, pending: 0)));
        Assert.True(slot.IsCompleted);
        Assert.Same(Thread.CurrentThread, await slot);
    }

    [Fact]
    public async Task TryWrite_MoreFollow_TheSlotGoesOnElsewhere()
    {
        // Whoever reads the socket has the next message to take in. A pool thread is not the one that writes here while it is busy.
        Thread? writer = null;
        Task<Thread> slot = ThreadOfNextAsync();
        Thread reader = new(() =>
        {
            writer = Thread.CurrentThread;
            _turns.TryWrite(_bench.Receive(++_sequence, pending: 1));
        });
        reader.Start();
        reader.Join();
        Assert.NotSame(writer, await slot);
    }

    [Fact]
    public async Task LimitChanged_Rose_WaitingSlotsAreServed()
    {
        _bench.Lane.Line.Limit = 0;
        Delivery waits = Write(_bench.Lane);
        ValueTask<bool> idle = _turns.ReadAsync(_waiter, ended: null);
        Assert.False(idle.IsCompleted);
        _bench.Lane.Line.Limit = 1;
        _turns.LimitChanged(_bench.Lane);
        Assert.True(await idle);
        Assert.Same(waits, _waiter.Item);
    }

    [Fact]
    public void TryTakeBack_LaneAtItsLimit_IsHandedBackToo()
    {
        _bench.Lane.Line.Limit = 0;
        Delivery waits = Write(_bench.Lane);
        Assert.True(_turns.TryTakeBack(out Delivery back));
        Assert.Same(waits, back);
        Assert.False(_turns.TryTakeBack(out _));
        Assert.Equal(0, _turns.Count);
    }

    [Fact]
    public async Task Complete_Empty_EndsWaitingSlotsAndRefusesMore()
    {
        ValueTask<bool> idle = _turns.ReadAsync(_waiter, ended: null);
        _turns.Complete();
        Assert.False(await idle);
        Assert.False(_turns.TryWrite(_bench.Receive(99)));
    }

    // Whatever happens in whatever order: nothing is lost, nobody runs beyond its limit, and a slot never idles while
    // somebody may run.
    [Fact]
    public void AnyHistory_LimitsHoldAndNoSlotIdlesBesideWork()
    {
        Gen.Int[0, 6].Array[1, 120].Sample(steps =>
        {
            Bench bench = new(size: 200);
            LaneTurns turns = new(slots: 200);
            Lane[] lanes = [.. Enumerable.Range(0, 4).Select(i => bench.NewLane("s" + i, TimeSpan.FromSeconds(30)))];
            Queue<Delivery> running = [];
            ulong sequence = 0;
            int written = 0;
            foreach (int step in steps)
            {
                Lane lane = lanes[step % lanes.Length];
                switch (step)
                {
                    case < 4:
                        Assert.True(turns.TryWrite(bench.Receive(++sequence, lane: lane)));
                        written++;
                        break;
                    case 4:
                        lanes[sequence % 4].Line.Limit = (int)(sequence % 3);
                        turns.LimitChanged(lanes[sequence % 4]);
                        break;
                    default:
                        WaitRing<Delivery>.Waiter slot = new();
                        bool mayRun = lanes.Any(each => each.Line.Waiting > 0 && !each.Line.IsAtLimit);
                        if (mayRun)
                        {
                            Assert.True(turns.ReadAsync(slot, ended: null).AsTask().IsCompletedSuccessfully);
                            running.Enqueue(slot.Item);
                        }

                        break;
                }

                Assert.Equal(written - running.Count, turns.Count);
                Assert.Equal(running.Count, lanes.Sum(each => each.Line.Running));
            }
        }, iter: 300);
    }

    private Lane NewLane() => _bench.NewLane("other", TimeSpan.FromSeconds(30));

    private Delivery Write(Lane lane)
    {
        Delivery delivery = _bench.Receive(++_sequence, lane: lane);
        Assert.True(_turns.TryWrite(delivery));
        return delivery;
    }

    private async Task<Delivery> ReadAsync()
    {
        Assert.True(await _turns.ReadAsync(_waiter, ended: null));
        return _waiter.Item;
    }

    private async Task<Thread> ThreadOfNextAsync()
    {
        Assert.True(await _turns.ReadAsync(_waiter, ended: null).ConfigureAwait(false));
        return Thread.CurrentThread;
    }
}
