using Paddlewheel.Engine.Ack;
using Paddlewheel.Engine.Deliveries;
using Paddlewheel.Engine.Pipeline;
using Paddlewheel.Engine.Telemetry;
using Paddlewheel.Engine.Tests.Deliveries;
using Paddlewheel.Engine.Timing;
using Xunit;

namespace Paddlewheel.Engine.Tests.Ack;

/// <summary>Which acks wait for each other, for how long, and that none waits for ever.</summary>
public sealed class AckBatchTests
{
    private readonly Bench _bench = new(size: 64);
    private readonly WaitRing<AckCommand> _ring = new(8, loops: 1, grows: true);
    private readonly WaitRing<AckCommand>.Waiter _waiter = new();
    private readonly AckBatch _batch;
    private ulong _sequence;

    public AckBatchTests()
    {
        _batch = new AckBatch(_ring, _bench.Wheel);
        _bench.Lane.AcksAtOnce = AckBatch.Size;
    }

    [Fact]
    public async Task Success_OthersFollow_WaitsForATick()
    {
        ValueTask<bool> reading = _ring.ReadAsync(_waiter);
        Delivery first = Received(pending: 9);
        Assert.True(_batch.TryWrite(AckCommand.Ack(first)));
        Assert.True(_batch.TryWrite(AckCommand.Ack(Received(pending: 8))));
        Assert.False(reading.IsCompleted);
        Assert.Equal(1, _bench.Wheel.Count);

        _bench.Pass(TimeSpan.FromMilliseconds(2));
        Assert.True(await reading);
        Assert.Same(first, _waiter.Item.Delivery);
        Assert.Equal(1, _ring.Count);
    }

    [Fact]
    public void Success_AsManyAsGoTogether_WakeTheLoop()
    {
        ValueTask<bool> reading = _ring.ReadAsync(_waiter);
        for (int i = 1; i < AckBatch.Size; i++)
        {
            _batch.TryWrite(AckCommand.Ack(Received(pending: 9)));
        }

        Assert.False(reading.IsCompleted);
        _batch.TryWrite(AckCommand.Ack(Received(pending: 9)));
        Assert.True(reading.IsCompleted);
        Assert.Equal(AckBatch.Size - 1, _ring.Count);
    }

    [Fact]
    public void Success_NoOtherFollows_GoesAtOnceAndTakesTheOthersAlongInOrder()
    {
        ValueTask<bool> reading = _ring.ReadAsync(_waiter);
        Delivery held = Received(pending: 1), last = Received(pending: 0);
        _batch.TryWrite(AckCommand.Ack(held));
        _batch.TryWrite(AckCommand.Ack(last));
        Assert.True(reading.IsCompleted);
        Assert.Same(held, _waiter.Item.Delivery);
        Assert.True(_ring.TryRead(out AckCommand next));
        Assert.Same(last, next.Delivery);
    }

    [Theory]
    [InlineData(nameof(AckKind.Nak))]
    [InlineData(nameof(AckKind.Term))]
    [InlineData(nameof(AckKind.InProgress))]
    public void AnythingElse_GoesAtOnce(string kind)
    {
        ValueTask<bool> reading = _ring.ReadAsync(_waiter);
        Delivery delivery = Received(pending: 9);
        _batch.TryWrite(kind switch
        {
            nameof(AckKind.Nak) => AckCommand.Nak(delivery, TimeSpan.Zero),
            nameof(AckKind.Term) => AckCommand.Term(delivery, "why"),
            _ => AckCommand.InProgress(delivery, delivery.Generation),
        });
        Assert.True(reading.IsCompleted);
        Assert.Equal(0, _bench.Wheel.Count);
    }

    [Fact]
    public async Task LoopAtWork_NothingIsHeldAndNoTimerRuns()
    {
        _batch.TryWrite(AckCommand.Ack(Received(pending: 9)));
        Assert.Equal(0, _bench.Wheel.Count);
        Assert.True(await _ring.ReadAsync(_waiter));
    }

    [Fact]
    public async Task Due_NothingLeft_WakesNobody()
    {
        ValueTask<bool> first = _ring.ReadAsync(_waiter);
        _batch.TryWrite(AckCommand.Ack(Received(pending: 1)));
        _batch.TryWrite(AckCommand.Ack(Received(pending: 0)));
        Assert.True(await first && _ring.TryRead(out _));
        ValueTask<bool> second = _ring.ReadAsync(_waiter);
        _bench.Pass(TimeSpan.FromMilliseconds(5));
        Assert.False(second.IsCompleted);

        // And the next one that is held has its own tick.
        _batch.TryWrite(AckCommand.Ack(Received(pending: 1)));
        _bench.Pass(TimeSpan.FromMilliseconds(2));
        Assert.True(await second);
    }

    [Theory]
    [InlineData(-1, AckBatch.Size)]
    [InlineData(0, AckBatch.Size)]
    [InlineData(1, 1)]
    [InlineData(127, 1)]
    [InlineData(128, 2)]
    [InlineData(1000, 15)]
    [InlineData(1_000_000, AckBatch.Size)]
    public void SizeFor_ConsumersLimit_NeverMoreThanASixtyFourthOfIt(long maxAckPending, int atOnce) =>
        Assert.Equal(atOnce, AckBatch.SizeFor(maxAckPending));

    [Fact]
    public async Task ManyWritersAndARealClock_EveryAckIsReadAlthoughNothingFollows()
    {
        const int Writers = 4, Each = 2_000;
        CancellationToken stop = TestContext.Current.CancellationToken;
        TimerWheel wheel = new(TimeProvider.System);
        using WheelDriver driver = new(wheel, TimeProvider.System);
        driver.Start();
        WaitRing<AckCommand> ring = new(8, loops: 1, grows: true);
        AckBatch batch = new(ring, wheel);
        Delivery delivery = Received(pending: 9);
        TaskCompletionSource all = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Task reader = Task.Run(
            async () =>
            {
                WaitRing<AckCommand>.Waiter waiter = new();
                for (int read = 0; read < Writers * Each && await ring.ReadAsync(waiter); read++)
                {
                    while (ring.TryRead(out _))
                    {
                        read++;
                    }
                }

                all.SetResult();
            },
            stop);
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(_ => Task.Run(
            () =>
            {
                for (int i = 0; i < Each; i++)
                {
                    Assert.True(batch.TryWrite(AckCommand.Ack(delivery)));
                }
            },
            stop)));

        // No writer comes any more, and nobody completes the ring: only the tick can bring the last ones.
        await all.Task.WaitAsync(TimeSpan.FromSeconds(20), stop);
        await reader;
        Assert.Equal(0, ring.Count);
    }

    private Delivery Received(int pending) => _bench.Receive(++_sequence, pending: pending);
}
