using System.Buffers;
using System.Text;
using Paddlewheel.Engine.Deliveries;
using Paddlewheel.Engine.Wire;
using Xunit;

namespace Paddlewheel.Engine.Tests.Deliveries;

public sealed class DeliveryTests
{
    private readonly Bench _bench = new();

    [Fact]
    public void Receive_AckSubject_SaysWhichMessageAndWhichAttempt()
    {
        Delivery delivery = _bench.Receive(7, count: 3, payload: "abc"u8.ToArray());
        Assert.Equal((7UL, 3, 1_700_000_000_000_000_000L), (delivery.StreamSequence, delivery.DeliveryCount, delivery.StoredNs));
        Assert.Equal("abc", Encoding.ASCII.GetString(delivery.Buffer, 0, delivery.Length));
        Assert.Equal((DeliveryState.Waiting, false), (delivery.State, delivery.LeaseLost));
        _bench.Home.Release(delivery);
        _bench.AssertAllHome();
    }

    [Fact]
    public void Receive_PayloadInSegments_IsCopiedWhole()
    {
        _bench.Pool.TryRent(out Delivery delivery);
        delivery.Receive(_bench.Lane, Bench.ReplyTo(1), Bench.Subject(1), Segments.Of("one-"u8.ToArray(), "two-"u8.ToArray(), "three"u8.ToArray()));
        Assert.Equal("one-two-three", Encoding.ASCII.GetString(delivery.Buffer, 0, delivery.Length));
        _bench.Home.Release(delivery);
        _bench.AssertAllHome();
    }

    [Fact]
    public void Reset_SmallBuffer_IsKept()
    {
        Delivery delivery = _bench.Receive(1, payload: new byte[1000]);
        byte[] buffer = delivery.Buffer;
        _bench.Home.Release(delivery);
        Assert.Same(buffer, delivery.Buffer);

        Delivery again = _bench.Receive(2, payload: new byte[900]);
        Assert.Same(delivery, again);
        Assert.Same(buffer, again.Buffer);
        _bench.Home.Release(again);
        _bench.AssertAllHome();
    }

    [Fact]
    public void Reset_LargeBuffer_GoesBack()
    {
        Delivery delivery = _bench.Receive(1, payload: new byte[Delivery.KeptBufferBytes + 1]);
        Assert.True(delivery.Buffer.Length > Delivery.KeptBufferBytes);
        _bench.Home.Release(delivery);
        Assert.Empty(delivery.Buffer);

        Delivery small = _bench.Receive(2, payload: "x"u8.ToArray());
        Assert.Equal(1, small.Length);
        _bench.Home.Release(small);
        _bench.AssertAllHome();
    }

    [Fact]
    public void Reset_EndsTheLife_GenerationTells()
    {
        Delivery delivery = _bench.Receive(1);
        int generation = delivery.Generation;
        delivery.LeaseLost = true;
        delivery.CallbackAttempts = 3;
        _bench.Home.Release(delivery);
        Assert.NotEqual(generation, delivery.Generation);
        Assert.Equal("", delivery.ReplyTo);

        Delivery next = _bench.Receive(2);
        Assert.Same(delivery, next);
        Assert.Equal((false, 0, EnvelopeError.None), (next.LeaseLost, next.CallbackAttempts, next.Error));
        Assert.Null(next.Policy);
        _bench.Home.Release(next);
        _bench.AssertAllHome();
    }

    [Fact]
    public void ReceiveRelease_SteadyState_AllocatesNothing()
    {
        byte[] payload = new byte[500];
        ReadOnlySequence<byte> sequence = new(payload);
        string replyTo = Bench.ReplyTo(1);
        AckSubject ack = Bench.Subject(1);
        Walk(1000);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Walk(10_000);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        _bench.AssertAllHome();

        void Walk(int times)
        {
            for (int i = 0; i < times; i++)
            {
                _bench.Pool.TryRent(out Delivery delivery);
                _bench.Lane.Registry.TryAdd(1, delivery, replyTo);
                delivery.Receive(_bench.Lane, replyTo, ack, sequence);
                delivery.RenewLease(_bench.Clock.Timestamp, _bench.Home.LeaseFrom(_bench.Clock.Timestamp, _bench.Lane.AckWait));
                _bench.Home.Release(delivery);
            }
        }
    }
}
