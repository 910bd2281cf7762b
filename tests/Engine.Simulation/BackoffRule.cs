using Paddlewheel.Engine.Judge;
using Paddlewheel.Engine.Options;

namespace Paddlewheel.Engine.Simulation;

/// <summary>Contract 4.3 and 4.4 written a second time, in floating point: what the judge's wait must lie between.</summary>
internal sealed class BackoffRule(EngineOptions policy)
{
    /// <summary>What is wrong with a verdict to retry; null when nothing is.</summary>
    public string? Problem(in Verdict verdict, in InvocationResult result)
    {
        int retry = verdict.Retries + 1;
        if (retry > policy.MaxRetryAttempts)
        {
            return $"retry {retry}, {policy.MaxRetryAttempts} are allowed";
        }

        (double least, double most) = Bounds(retry, result);
        double wait = verdict.Delay.TotalSeconds;
        return wait < least - 1e-6 || wait > most + 1e-6 ? $"retry {retry} waits {wait} s, not {least} to {most}" : null;
    }

    private (double Least, double Most) Bounds(int retry, in InvocationResult result)
    {
        double ceiling = policy.MaxRetryWait.TotalSeconds;
        double floor = Math.Min(policy.InitialRetryWait.TotalSeconds, ceiling);
        if (result is { Status: 503, Error: InvocationError.None, RetryAfter.Kind: RetryAfterKind.Seconds })
        {
            double asked = Math.Max(result.RetryAfter.Wait(default).TotalSeconds, floor);
            return (asked, asked);
        }

        double whole = Math.Min(policy.InitialRetryWait.TotalSeconds * Math.Pow(2, retry - 1), ceiling);
        return policy.Backoff switch
        {
            JitterMode.Full => (0, whole),
            JitterMode.Equal => (whole / 2, whole),
            _ => (whole, whole),
        };
    }
}
