using Paddlewheel.Engine.Options;

namespace Paddlewheel.Engine.Judge;

/// <summary>What decides whether and when a delivery is tried again (contract 4).</summary>
/// <param name="Attempts">Retries after the first try; 0 or less means one try only.</param>
/// <param name="Codes">Statuses of a function that are retried.</param>
/// <param name="MinWait">Wait before the first retry, and the least that <c>Retry-After</c> can ask for.</param>
/// <param name="MaxWait">Longest computed wait; it also caps a larger <paramref name="MinWait"/>.</param>
/// <param name="Jitter">Shape of the random part.</param>
/// <param name="InternalLiteral">Retry the internal header on any error status, not only on 408, 425, 429 and 5xx.</param>
/// <param name="RetryAfterCeiling">Longest wait that <c>Retry-After</c> can ask for.</param>
internal sealed record RetryPolicy(
    int Attempts,
    StatusSet Codes,
    TimeSpan MinWait,
    TimeSpan MaxWait,
    JitterMode Jitter,
    bool InternalLiteral,
    TimeSpan RetryAfterCeiling)
{
    /// <summary>The worker's own policy, for functions without annotations.</summary>
    public static RetryPolicy From(EngineOptions options) => new(
        options.MaxRetryAttempts,
        new StatusSet(options.RetryHttpCodes),
        options.InitialRetryWait,
        options.MaxRetryWait,
        options.Backoff,
        options.RetryInternalLiteral,
        options.RetryAfterCeiling);
}
