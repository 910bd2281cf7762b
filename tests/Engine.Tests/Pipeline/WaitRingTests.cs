using Paddlewheel.Engine.Pipeline;
using Xunit;

namespace Paddlewheel.Engine.Tests.Pipeline;

public sealed class WaitRingTests
{
    [Fact]
    public void TryWrite_BoundedAndFull_Refuses()
    {
        WaitRing<int> ring = new(2, loops: 1);
        Assert.True(ring.TryWrite(1));
        Assert.True(ring.TryWrite(2));
        Assert.False(ring.TryWrite(3));
        Assert.True(ring.TryRead(out int first));
        Assert.True(ring.TryWrite(4));
        Assert.Equal((1, 2), (first, ring.Count));
        Assert.Equal([2, 4], Rest(ring));
    }

    [Fact]
    public void TryWrite_Growing_KeepsTheOrderAcrossTheSeam()
    {
        WaitRing<int> ring = new(4, loops: 1, grows: true);
        for (int i = 0; i < 3; i++)
        {
            ring.TryWrite(i);
        }

        ring.TryRead(out _);
        ring.TryRead(out _);
        for (int i = 3; i < 100; i++)
        {
            Assert.True(ring.TryWrite(i));
        }

        Assert.Equal(Enumerable.Range(2, 98), Rest(ring));
    }

    [Fact]
    public async Task ReadAsync_Empty_IsWokenWithTheItem()
    {
        WaitRing<string> ring = new(1, loops: 2);
        WaitRing<string>.Waiter a = new(), b = new();
        ValueTask<bool> first = ring.ReadAsync(a), second = ring.ReadAsync(b);
        Assert.False(first.IsCompleted || second.IsCompleted);
        Assert.True(ring.TryWrite("x"));
        Assert.True(ring.TryWrite("y"));
        Assert.True(await first);
        Assert.True(await second);
        Assert.Equal(["x", "y"], new[] { a.Item, b.Item }.Order());
        Assert.Equal(0, ring.Count);
    }

    [Fact]
    public async Task Complete_WakesWaitersAndRefusesWhatComes()
    {
        WaitRing<int> ring = new(4, loops: 1);
        ValueTask<bool> waiting = ring.ReadAsync(new WaitRing<int>.Waiter());
        ring.Complete();
        Assert.False(await waiting);
        Assert.False(ring.TryWrite(1));
        Assert.False(await ring.ReadAsync(new WaitRing<int>.Waiter()));
        ring.Complete();
    }

    [Fact]
    public async Task Complete_WhatIsLeft_IsStillRead()
    {
        WaitRing<int> ring = new(4, loops: 1);
        ring.TryWrite(7);
        ring.Complete();
        WaitRing<int>.Waiter waiter = new();
        Assert.True(await ring.ReadAsync(waiter));
        Assert.Equal(7, waiter.Item);
        Assert.False(await ring.ReadAsync(waiter));
    }

    [Fact]
    public async Task TryWrite_MayWaitForCompany_IsHeldUntilThereIsSomeOrAFlush()
    {
        WaitRing<int> ring = new(4, loops: 1);
        WaitRing<int>.Waiter waiter = new();
        ValueTask<bool> reading = ring.ReadAsync(waiter);
        Assert.True(ring.TryWrite(1, atOnce: 2, out bool held) && held && !reading.IsCompleted);
        Assert.True(ring.TryWrite(2, atOnce: 2, out held) && !held);
        Assert.True(await reading);
        Assert.Equal(1, waiter.Item);
        Assert.Equal([2], Rest(ring));

        ring.Flush();
        ValueTask<bool> another = ring.ReadAsync(waiter);
        ring.Flush();
        Assert.False(another.IsCompleted);
        ring.TryWrite(3, atOnce: 2, out _);
        ring.Flush();
        Assert.True(await another);
        Assert.Equal(3, waiter.Item);

        Assert.True(ring.TryWrite(4, atOnce: 9, out held));
        Assert.False(held, "no loop waits: it will come by itself");
    }

    [Fact]
    public async Task Complete_WhatIsHeld_IsReadByOneLoop()
    {
        WaitRing<int> ring = new(4, loops: 2);
        WaitRing<int>.Waiter a = new(), b = new();
        ValueTask<bool> first = ring.ReadAsync(a), second = ring.ReadAsync(b);
        ring.TryWrite(1, atOnce: 9, out _);
        ring.TryWrite(2, atOnce: 9, out _);
        ring.Complete();
        Assert.NotEqual(await first, await second);
        Assert.Equal([2], Rest(ring));
        Assert.False(await ring.ReadAsync(a));
    }

    [Fact]
    public async Task ManyWritersManyReaders_EachItemOnce()
    {
        const int Items = 20_000;
        WaitRing<int> ring = new(16, loops: 4, grows: true);
        int[] seen = new int[Items];
        Task[] readers = [.. Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            WaitRing<int>.Waiter waiter = new();
            while (await ring.ReadAsync(waiter))
            {
                Interlocked.Increment(ref seen[waiter.Item]);
            }
        }))];
        await Parallel.ForAsync(0, Items, TestContext.Current.CancellationToken, (item, _) =>
        {
            Assert.True(ring.TryWrite(item));
            return ValueTask.CompletedTask;
        });
        ring.Complete();
        await Task.WhenAll(readers);
        Assert.All(seen, count => Assert.Equal(1, count));
    }

    [Fact]
    public void WriteRead_SteadyState_AllocatesNothing()
    {
        WaitRing<int> ring = new(8, loops: 1);
        WaitRing<int>.Waiter waiter = new();
        Turn(1000);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Turn(10_000);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Turn(int times)
        {
            for (int i = 0; i < times; i++)
            {
                ring.TryWrite(i);
                Assert.True(Read(ring.ReadAsync(waiter)));
                ValueTask<bool> waiting = ring.ReadAsync(waiter);
                ring.TryWrite(i);
                Assert.True(Read(waiting));
            }
        }
    }

    private static bool Read(ValueTask<bool> reading)
    {
        Assert.True(reading.IsCompleted);
        return reading.GetAwaiter().GetResult();
    }

    private static List<int> Rest(WaitRing<int> ring)
    {
        List<int> rest = [];
        while (ring.TryRead(out int item))
        {
            rest.Add(item);
        }

        return rest;
    }
}
