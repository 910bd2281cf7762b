namespace Paddlewheel.Engine.Simulation;

/// <summary>Workers that are broken on purpose: if the invariants let one of them pass, the invariants are worth nothing.</summary>
internal enum Variant
{
    /// <summary>The real thing.</summary>
    Sound,

    /// <summary>Forgets what it holds, so a redelivery is run a second time beside the first.</summary>
    NoRegistry,

    /// <summary>Acks when the call begins.</summary>
    AckBeforeInvoke,

    /// <summary>Never renews a lease.</summary>
    NoLeaseKeeper,

    /// <summary>Retries at once.</summary>
    NoBackoff,

    /// <summary>Runs whatever it is given.</summary>
    NoSlots,

    /// <summary>Acks a call that should be retried.</summary>
    AckInsteadOfRetry,
}
