using Paddlewheel.Engine.Deliveries;
using Xunit;

namespace Paddlewheel.Engine.Tests.Deliveries;

public sealed class SequenceRegistryTests
{
    private readonly Bench _bench = new();

    [Fact]
    public void TryAdd_HeldSequence_HandsOverTheNewSubject()
    {
        Delivery held = _bench.Receive(5);
        _bench.Pool.TryRent(out Delivery copy);
        Assert.Equal(SequenceKnown.Held, _bench.Lane.Registry.TryAdd(5, copy, Bench.ReplyTo(5, count: 2)));
        Assert.Equal(Bench.ReplyTo(5, count: 2), held.ReplyTo);
        Assert.Equal("", copy.ReplyTo);
        Assert.Equal(1, held.DeliveryCount);
        _bench.Pool.Return(copy);
        _bench.Home.Release(held);
        _bench.AssertAllHome();
    }

    [Fact]
    public void TryAdd_AfterRelease_IsNewAgain()
    {
        _bench.Home.Release(_bench.Receive(5));
        Delivery again = _bench.Receive(5, count: 2);
        Assert.Equal(1, _bench.Lane.Registry.Count);
        _bench.Home.Release(again);
        _bench.AssertAllHome();
    }

    [Fact]
    public void Remove_SequenceOfAnotherDelivery_Stays()
    {
        Delivery old = _bench.Receive(5);
        _bench.Lane.Registry.Clear();
        Delivery fresh = _bench.Receive(5);
        _bench.Home.Release(old);
        Assert.Equal(1, _bench.Lane.Registry.Count);
        _bench.Home.Release(fresh);
        _bench.AssertAllHome();
    }

    [Fact]
    public void TryAdd_DoneSequence_IsDoneUntilItIsForgotten()
    {
        SequenceRegistry registry = new(4);
        Delivery delivery = new();
        for (ulong sequence = 1; sequence <= SequenceRegistry.Remembered + 1; sequence++)
        {
            Assert.Equal(SequenceKnown.New, registry.TryAdd(sequence, delivery, ""));
            registry.Remove(sequence, delivery, done: true);
        }

        Assert.Equal(SequenceKnown.Done, registry.Meet(2, "", 0, 0));
        Assert.Equal(SequenceKnown.New, registry.Meet(1, "", 0, 0));
        registry.Clear();
        Assert.Equal(SequenceKnown.New, registry.Meet(2, "", 0, 0));
    }

    [Fact]
    public void TryAdd_DoneLongAgo_IsDoneForTheServersOwnRedeliveryOnly()
    {
        SequenceRegistry registry = new(4);
        Delivery delivery = new();
        for (ulong sequence = 1; sequence <= 10 * SequenceRegistry.Remembered; sequence++)
        {
            Assert.Equal(SequenceKnown.New, registry.TryAdd(sequence, delivery, ""));
            registry.Remove(sequence, delivery, done: sequence != 2);
        }

        Assert.Equal(SequenceKnown.Done, registry.TryAdd(1, delivery, "", count: 2));
        Assert.Equal(SequenceKnown.Done, registry.Meet(1, "", 0, 0, count: 3));
        Assert.Equal(SequenceKnown.New, registry.TryAdd(2, delivery, "", count: 2));
        Assert.Equal(SequenceKnown.New, registry.TryAdd(1, delivery, "", count: 1));
        registry.Clear();
        Assert.Equal(SequenceKnown.New, registry.TryAdd(3, delivery, "", count: 2));
    }
}
