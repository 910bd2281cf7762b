using System.Threading.Tasks.Dataflow;

namespace Paddlewheel.Engine.Pipeline;

/// <summary>
/// A Dataflow target whose parallelism is a fixed number of long-lived loops. Same contract as any block: bounded, completes,
/// faults; but nothing is allocated per item, which no block with an async delegate can offer (ADR 1).
/// </summary>
internal abstract class LoopBlock<T> : ITargetBlock<T>
{
    private readonly int _loops;
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private readonly ILoopQueue<T> _queue;

    protected LoopBlock(int loops, ILoopQueue<T> queue)
    {
        _loops = loops;
        _queue = queue;
    }

    /// <summary>Ends when every loop has; faults when one of them threw.</summary>
    public Task Completion => _completion.Task;

    /// <summary>Items not yet taken by a loop.</summary>
    public int Waiting => _queue.Count;

    public void Start()
    {
        Task[] loops = new Task[_loops];
        for (int i = 0; i < loops.Length; i++)
        {
            int loop = i;
            loops[i] = Task.Run(() => RunLoopAsync(loop));
        }

        _ = Task.WhenAll(loops).ContinueWith(
            (all, _) =>
            {
                if (all.Exception is { } failure)
                {
                    _completion.TrySetException(failure.InnerExceptions);
                }
                else
                {
                    _completion.TrySetResult();
                }
            },
            null,
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
    }

    public void Complete() => _queue.Complete();

    public void Fault(Exception exception)
    {
        _completion.TrySetException(exception);
        _queue.Complete();
    }

    DataflowMessageStatus ITargetBlock<T>.OfferMessage(DataflowMessageHeader messageHeader, T messageValue, ISourceBlock<T>? source, bool consumeToAccept)
    {
        if (consumeToAccept)
        {
            messageValue = source!.ConsumeMessage(messageHeader, this, out bool consumed)!;
            if (!consumed)
            {
                return DataflowMessageStatus.NotAvailable;
            }
        }

        return _queue.TryWrite(messageValue) ? DataflowMessageStatus.Accepted : DataflowMessageStatus.Declined;
    }

    /// <summary>One loop, from start to completion. What it throws faults the block, and so ends the process.</summary>
    protected abstract Task RunLoopAsync(int loop);

    /// <summary>A loop's end is the block's end: the others must not go on behind a dead one.</summary>
    protected void FaultFrom(Exception exception) => Fault(exception);
}
