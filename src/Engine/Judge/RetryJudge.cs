namespace Paddlewheel.Engine.Judge;

/// <summary>Decides what becomes of a delivery (contract 4). Pure: time and chance are arguments, and nothing is remembered.</summary>
internal static class RetryJudge
{
    /// <param name="policy">The function's policy.</param>
    /// <param name="deliveryCount">Deliveries of this message so far, this one included: 1 on the first try.</param>
    /// <param name="result">How the call ended.</param>
    /// <param name="now">Wall-clock time, for a <c>Retry-After</c> date only.</param>
    /// <param name="random">Chance, for the jitter only; used by the calling thread only.</param>
    public static Verdict Decide(RetryPolicy policy, int deliveryCount, in InvocationResult result, DateTimeOffset now, Random random)
    {
        int delivery = Math.Max(deliveryCount, 1);
        int retries = delivery - 1;

        // A call that we ended says nothing about the function: hand it on at once, and never drop the message for it.
        if (result.Error == InvocationError.Cancelled)
            return new Verdict(VerdictKind.Retry, TimeSpan.Zero, RetryReason.Reset, retries);

        if (!IsRetryable(policy, result, out RetryReason reason))
            return new Verdict(result.Status < 400 ? VerdictKind.Success : VerdictKind.Refused, TimeSpan.Zero, reason, retries);

        if (delivery > Math.Max(policy.Attempts, 0))
            return new Verdict(VerdictKind.Exhausted, TimeSpan.Zero, reason, retries);

        return new Verdict(VerdictKind.Retry, Delay(policy, delivery, result, now, random), reason, retries);
    }

    private static bool IsRetryable(RetryPolicy policy, in InvocationResult result, out RetryReason reason)
    {
        reason = result.Error switch
        {
            InvocationError.Timeout => RetryReason.Timeout,
            InvocationError.Connect => RetryReason.Connect,
            InvocationError.Reset => RetryReason.Reset,
            InvocationError.Protocol => RetryReason.Protocol,
            _ => RetryReason.Status,
        };
        if (reason != RetryReason.Status)
            return true;

        int status = result.Status;
        if (status < StatusSet.Lowest)
        {
            // Nobody filled it in: never call that a success, the message would be gone.
            reason = RetryReason.Protocol;
            return true;
        }

        if (status is >= 200 and < 300)
            return false;

        if (result.Internal && IsPlatformFailure(status, policy.InternalLiteral))
        {
            reason = RetryReason.Internal;
            return true;
        }

        return policy.Codes.Contains(status);
    }

    // Contract 4.2: read literally, the rule retries an expired token's 401 for hours.
    private static bool IsPlatformFailure(int status, bool literal) =>
        literal ? status >= 400 : status is 408 or 425 or 429 or >= 500;

    private static TimeSpan Delay(RetryPolicy policy, int delivery, in InvocationResult result, DateTimeOffset now, Random random)
    {
        if (result.RetryAfter.Kind == RetryAfterKind.None || result.Status is not (429 or 503))
            return Backoff.Wait(policy.MinWait, policy.MaxWait, delivery, policy.Jitter, random);

        // Contract 4.4: it replaces the backoff, so no jitter; raised to the least wait, which is promised, so it beats the ceiling, which is ours.
        TimeSpan floor = policy.MinWait < policy.MaxWait ? policy.MinWait : policy.MaxWait;
        TimeSpan asked = result.RetryAfter.Wait(now);
        TimeSpan bounded = asked < policy.RetryAfterCeiling ? asked : policy.RetryAfterCeiling;
        return bounded > floor ? bounded : floor;
    }
}
