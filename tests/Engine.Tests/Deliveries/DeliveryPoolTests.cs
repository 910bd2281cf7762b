using Paddlewheel.Engine.Deliveries;
using Xunit;

namespace Paddlewheel.Engine.Tests.Deliveries;

public sealed class DeliveryPoolTests
{
    [Fact]
    public void TryRent_Exhausted_RefusesUntilOneComesHome()
    {
        DeliveryPool pool = new(2);
        Assert.True(pool.TryRent(out Delivery first));
        Assert.True(pool.TryRent(out Delivery second));
        Assert.NotSame(first, second);
        Assert.False(pool.TryRent(out _));
        Assert.Equal((2, 0), (pool.InUse, pool.Free));

        pool.Return(first);
        Assert.True(pool.TryRent(out Delivery again));
        Assert.Same(first, again);
        pool.Return(again);
        pool.Return(second);
        Assert.Equal(2, pool.Free);
    }

    [Fact]
    public void Return_TwiceIntoFullPool_Throws()
    {
        DeliveryPool pool = new(1);
        pool.TryRent(out Delivery delivery);
        pool.Return(delivery);
        Assert.Throws<InvalidOperationException>(() => pool.Return(delivery));
    }

    // While another one is out there is room in the pool for the same object twice: two messages would then share one buffer.
    [Fact]
    public void Return_TwiceWhileAnotherIsOut_Throws()
    {
        DeliveryPool pool = new(2);
        pool.TryRent(out Delivery delivery);
        pool.TryRent(out _);
        pool.Return(delivery);
        Assert.Throws<InvalidOperationException>(() => pool.Return(delivery));
    }

    [Fact]
    public async Task RentReturn_ManyThreads_NobodyIsHeldTwice()
    {
        DeliveryPool pool = new(8);
        int[] holders = new int[8];
        Dictionary<Delivery, int> place = pool.All.ToArray().Select((delivery, i) => (delivery, i)).ToDictionary();
        await Parallel.ForAsync(0, 4, TestContext.Current.CancellationToken, (_, _) =>
        {
            for (int i = 0; i < 20_000; i++)
            {
                if (pool.TryRent(out Delivery delivery))
                {
                    Assert.Equal(1, Interlocked.Increment(ref holders[place[delivery]]));
                    Interlocked.Decrement(ref holders[place[delivery]]);
                    pool.Return(delivery);
                }
            }

            return ValueTask.CompletedTask;
        });
        Assert.Equal(8, pool.Free);
    }
}
