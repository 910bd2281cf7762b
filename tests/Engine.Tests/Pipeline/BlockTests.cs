using System.Threading.Tasks.Dataflow;
using Paddlewheel.Engine.Pipeline;
using Xunit;

namespace Paddlewheel.Engine.Tests.Pipeline;

public sealed class BlockTests
{
    [Fact]
    public async Task InlineBlock_StepThrows_FaultsAndDeclines()
    {
        InlineBlock<int> block = new(item => throw new InvalidOperationException($"item {item}"));
        Assert.False(block.Post(1));
        InvalidOperationException fault = await Assert.ThrowsAsync<InvalidOperationException>(() => block.Completion);
        Assert.Equal("item 1", fault.Message);
        Assert.False(block.Post(2));
    }

    [Fact]
    public async Task InlineBlock_Completed_DeclinesWhatComes()
    {
        List<int> seen = [];
        InlineBlock<int> block = new(seen.Add);
        Assert.True(block.Post(1));
        block.Complete();
        await block.Completion;
        Assert.False(block.Post(2));
        Assert.Equal([1], seen);
    }

    [Fact]
    public async Task InlineBlock_LinkedToADataflowSource_TakesWhatItOffers()
    {
        List<int> seen = [];
        InlineBlock<int> block = new(seen.Add);
        BufferBlock<int> source = new();
        source.LinkTo(block, new DataflowLinkOptions { PropagateCompletion = true });
        source.Post(1);
        source.Post(2);
        source.Complete();
        await block.Completion;
        Assert.Equal([1, 2], seen);
    }

    [Fact]
    public async Task LoopBlock_Completes_WhenAllIsDone()
    {
        Loops block = new(loops: 3, item => { });
        block.Start();
        for (int i = 0; i < 100; i++)
        {
            Assert.True(block.Post(i));
        }

        block.Complete();
        await block.Completion;
        Assert.Equal(100, block.Done);
        Assert.False(block.Post(1));
    }

    [Fact]
    public async Task LoopBlock_AStepThrows_FaultsTheBlockAndEndsTheOthers()
    {
        Loops block = new(loops: 3, item =>
        {
            if (item == 5)
            {
                throw new InvalidOperationException("broken");
            }
        });
        block.Start();
        for (int i = 0; i < 10; i++)
        {
            block.Post(i);
        }

        Exception fault = await Assert.ThrowsAnyAsync<Exception>(() => block.Completion);
        Assert.Equal("broken", fault.GetBaseException().Message);
        await block.Ended;
        Assert.False(block.Post(11));
    }

    [Fact]
    public async Task LoopBlock_FaultedFromOutside_RefusesWhatComes()
    {
        Loops block = new(loops: 1, item => { });
        block.Start();
        ((IDataflowBlock)block).Fault(new InvalidOperationException("told so"));
        await Assert.ThrowsAsync<InvalidOperationException>(() => block.Completion);
        await block.Ended;
        Assert.False(block.Post(1));
    }

    private sealed class Loops(int loops, Action<int> step, WaitRing<int> ring) : LoopBlock<int>(loops, ring)
    {
        private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _done;
        private int _left = loops;

        public Loops(int loops, Action<int> step)
            : this(loops, step, new WaitRing<int>(capacity: 200, loops))
        {
        }

        public int Done => _done;

        /// <summary>Every loop has returned, whatever became of the block.</summary>
        public Task Ended => _ended.Task;

        protected override async Task RunLoopAsync(int loop)
        {
            WaitRing<int>.Waiter waiter = new();
            try
            {
                while (await ring.ReadAsync(waiter))
                {
                    step(waiter.Item);
                    Interlocked.Increment(ref _done);
                }
            }
            catch (Exception exception)
            {
                FaultFrom(exception);
                throw;
            }
            finally
            {
                if (Interlocked.Decrement(ref _left) == 0)
                {
                    _ended.SetResult();
                }
            }
        }
    }
}
