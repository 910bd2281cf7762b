using Paddlewheel.Engine.Judge;

namespace Paddlewheel.Engine.Telemetry;

/// <summary>How a message ended; a label of <c>paddlewheel_outcomes_total</c>.</summary>
internal enum Outcome : byte
{
    /// <summary>The function answered below 400.</summary>
    Success,

    /// <summary>The function answered with an error that is not retried.</summary>
    Refused,

    /// <summary>Every allowed retry was used.</summary>
    Exhausted,

    /// <summary>The message cannot be read and was terminated.</summary>
    Poison,

    /// <summary>The call was cancelled before it ended.</summary>
    Cancelled,
}

/// <summary>What was said to JetStream about a delivery.</summary>
internal enum AckKind : byte
{
    /// <summary>Done.</summary>
    Ack,

    /// <summary>Deliver it again.</summary>
    Nak,

    /// <summary>Never deliver it again.</summary>
    Term,

    /// <summary>Still at work: the lease starts over.</summary>
    InProgress,
}

/// <summary>How a callback ended.</summary>
internal enum CallbackOutcome : byte
{
    /// <summary>The receiver answered below 400.</summary>
    Delivered,

    /// <summary>The receiver answered with an error that is not retried.</summary>
    Refused,

    /// <summary>Every allowed retry was used.</summary>
    Exhausted,

    /// <summary>It was given up at shutdown.</summary>
    Abandoned,

    /// <summary>The worker was told not to send it there, and sent nothing.</summary>
    Blocked,
}

/// <summary>Label values of the enumerations, constant strings.</summary>
internal static class Slugs
{
    public static string Of(Outcome outcome) => outcome switch
    {
        Outcome.Success => "success",
        Outcome.Refused => "refused",
        Outcome.Exhausted => "exhausted",
        Outcome.Poison => "poison",
        _ => "cancelled",
    };

    public static string Of(AckKind kind) => kind switch
    {
        AckKind.Ack => "ack",
        AckKind.Nak => "nak",
        AckKind.Term => "term",
        _ => "in_progress",
    };

    public static string Of(CallbackOutcome outcome) => outcome switch
    {
        CallbackOutcome.Delivered => "delivered",
        CallbackOutcome.Refused => "refused",
        CallbackOutcome.Exhausted => "exhausted",
        CallbackOutcome.Blocked => "blocked",
        _ => "abandoned",
    };

    public static string Of(RetryReason reason) => reason switch
    {
        RetryReason.Status => "status",
        RetryReason.Internal => "internal",
        RetryReason.Timeout => "timeout",
        RetryReason.Connect => "connect",
        RetryReason.Reset => "reset",
        _ => "protocol",
    };
}
