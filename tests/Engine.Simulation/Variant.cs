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

    /// <summary>Acks when the function is done and its callback is still to come.</summary>
    AckBeforeCallback,

    /// <summary>Has the function run again when its callback failed.</summary>
    CallbackRerunsFunction,

    /// <summary>Calls back after every try, not only after the last.</summary>
    CallbackPerTry,

    /// <summary>Does not give back the place of every fourth message: its credit is lost.</summary>
    LostCredit,
}
