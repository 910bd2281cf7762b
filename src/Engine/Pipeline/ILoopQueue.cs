namespace Paddlewheel.Engine.Pipeline;

/// <summary>What stands between those who post to a block and the loops that work it off.</summary>
internal interface ILoopQueue<in T>
{
    /// <summary>Items that wait for a loop.</summary>
    int Count { get; }

    /// <summary>Hands the item to a loop or keeps it; false when there is no place or the queue is completed.</summary>
    bool TryWrite(T item);

    /// <summary>Refuses new items; loops end when what is left has been read.</summary>
    void Complete();
}
