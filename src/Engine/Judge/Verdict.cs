namespace Paddlewheel.Engine.Judge;

internal enum VerdictKind : byte
{
    /// <summary>Done: ack, and post the result if asked to.</summary>
    Success,

    /// <summary>Try again after the delay.</summary>
    Retry,

    /// <summary>The function said no in a way that is not retried: ack, and post the result if asked to.</summary>
    Refused,

    /// <summary>Would be retried, but has been often enough: ack, and post the last result if asked to.</summary>
    Exhausted,
}

/// <summary>What becomes of a delivery.</summary>
/// <param name="Kind">The decision.</param>
/// <param name="Delay">Wait before the retry; zero for the other kinds.</param>
/// <param name="Reason">Why it is, or would have been, retried; no meaning for success and refused.</param>
/// <param name="Retries">Retries made so far: 0 after the first try. What <c>X-Retry</c> says.</param>
internal readonly record struct Verdict(VerdictKind Kind, TimeSpan Delay, RetryReason Reason, int Retries);
