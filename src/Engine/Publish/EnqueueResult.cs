namespace Paddlewheel.Engine.Publish;

/// <summary>What became of one enqueue.</summary>
internal enum EnqueueOutcome
{
    /// <summary>The stream acknowledged it.</summary>
    Stored,

    /// <summary>The stream already holds this call id for this function: nothing was added.</summary>
    Duplicate,

    /// <summary>Larger than the server or the worker takes; sending it again cannot help.</summary>
    TooLarge,

    /// <summary>No connection, no stream, no answer, or the stream is full: try again later with the same call id.</summary>
    Unavailable,
}

/// <summary>Outcome of one enqueue.</summary>
/// <param name="Outcome">What became of it.</param>
/// <param name="Sequence">Stream sequence of a stored or duplicate message; 0 otherwise.</param>
/// <param name="Reason">Why not, in words for the caller; empty when stored.</param>
internal readonly record struct EnqueueResult(EnqueueOutcome Outcome, ulong Sequence, string Reason)
{
    public bool IsAccepted => Outcome is EnqueueOutcome.Stored or EnqueueOutcome.Duplicate;
}
