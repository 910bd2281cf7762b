using Paddlewheel.Engine.Deliveries;
using Xunit;

namespace Paddlewheel.Engine.Tests.Deliveries;

public sealed class DeliveryHomeTests
{
    [Theory]
    [InlineData(30_000, 29_500)]
    [InlineData(1_000, 900)]
    [InlineData(300_000, 299_500)]
    public void LeaseIsLost_AtTheEnd_NotBefore(int ackWaitMs, int leaseMs)
    {
        Bench bench = new(ackWait: TimeSpan.FromMilliseconds(ackWaitMs));
        Delivery delivery = bench.Receive(1);
        bench.Clock.Set(delivery.LeaseUntil);
        Assert.False(bench.Home.LeaseIsLost(delivery));
        bench.Clock.MoveRaw(1);
        Assert.True(bench.Home.LeaseIsLost(delivery));

        Delivery other = bench.Receive(2);
        TimeSpan lease = bench.Clock.GetElapsedTime(bench.Clock.Timestamp, other.LeaseUntil);
        Assert.InRange(lease.TotalMilliseconds, leaseMs - 0.01, leaseMs);
        bench.Home.Release(delivery);
        bench.Home.Release(other);
        bench.AssertAllHome();
    }

    [Fact]
    public void TryRenewLease_InTime_StartsAnew()
    {
        Bench bench = new();
        Delivery delivery = bench.Receive(1);
        long first = delivery.LeaseUntil;
        bench.Clock.Move(TimeSpan.FromSeconds(29));
        Assert.True(bench.Home.TryRenewLease(delivery));
        Assert.InRange(bench.Clock.GetElapsedTime(first, delivery.LeaseUntil).TotalSeconds, 28.99, 29.01);
        Assert.Equal(bench.Clock.Timestamp, delivery.LeaseRenewed);
        bench.Home.Release(delivery);
        bench.AssertAllHome();
    }

    [Fact]
    public void TryRenewLease_TooLate_StaysLost()
    {
        Bench bench = new();
        Delivery delivery = bench.Receive(1);
        bench.Clock.Move(TimeSpan.FromSeconds(31));
        Assert.False(bench.Home.TryRenewLease(delivery));
        Assert.True(delivery.LeaseLost);
        Assert.False(bench.Home.TryRenewLease(delivery));
        bench.Home.Release(delivery);
        bench.AssertAllHome();
    }

    [Fact]
    public void Release_TellsTheLane_AfterTheObjectIsFree()
    {
        Bench bench = new(size: 1);
        int freeWhenTold = -1;
        bench.Lane.OnRoomMade(() => freeWhenTold = bench.Pool.Free);
        bench.Home.Release(bench.Receive(1));
        Assert.Equal(1, freeWhenTold);
        bench.AssertAllHome();
    }
}
