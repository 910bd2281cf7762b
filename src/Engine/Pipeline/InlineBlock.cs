using System.Threading.Tasks.Dataflow;

namespace Paddlewheel.Engine.Pipeline;

/// <summary>
/// A Dataflow target that does its work on the thread that offers the item: for steps that only think (judge, retry), where
/// a hop to another thread costs more than the step. An exception faults it, and so ends the process.
/// </summary>
internal sealed class InlineBlock<T>(Action<T> step) : ITargetBlock<T>
{
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Completion => _completion.Task;

    public void Complete() => _completion.TrySetResult();

    public void Fault(Exception exception) => _completion.TrySetException(exception);

    DataflowMessageStatus ITargetBlock<T>.OfferMessage(DataflowMessageHeader messageHeader, T messageValue, ISourceBlock<T>? source, bool consumeToAccept)
    {
        if (_completion.Task.IsCompleted)
        {
            return DataflowMessageStatus.DecliningPermanently;
        }

        if (consumeToAccept)
        {
            messageValue = source!.ConsumeMessage(messageHeader, this, out bool consumed)!;
            if (!consumed)
            {
                return DataflowMessageStatus.NotAvailable;
            }
        }

        try
        {
            step(messageValue);
        }
        catch (Exception exception)
        {
            Fault(exception);
            return DataflowMessageStatus.DecliningPermanently;
        }

        return DataflowMessageStatus.Accepted;
    }
}
