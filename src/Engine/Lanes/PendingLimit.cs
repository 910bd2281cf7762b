namespace Paddlewheel.Engine.Lanes;

/// <summary>What an observation changed.</summary>
internal enum PendingLimitChange
{
    None,

    /// <summary>The server gives out nothing new from now on.</summary>
    Reached,

    /// <summary>It does again.</summary>
    Left,
}

/// <summary>
/// Whether a consumer's <c>max_ack_pending</c> stops its delivery. Ours has none; an adopted one may, and retries that wait
/// count in it (contract 2.4). One thread at a time.
/// </summary>
internal sealed class PendingLimit
{
    /// <summary>True from the moment the limit is met until there is room for a tenth of it again.</summary>
    /// <remarks>The distance keeps a queue that runs at its limit from being reported with every look.</remarks>
    public bool IsReached { get; private set; }

    /// <param name="pending">Messages given out and not acknowledged, of all replicas.</param>
    /// <param name="limit">The consumer's limit; 0 or less is none.</param>
    public PendingLimitChange Observe(long pending, long limit)
    {
        bool reached = limit > 0 && (pending >= limit || (IsReached && pending > limit - Math.Max(1, limit / 10)));
        if (reached == IsReached)
        {
            return PendingLimitChange.None;
        }

        IsReached = reached;
        return reached ? PendingLimitChange.Reached : PendingLimitChange.Left;
    }
}
