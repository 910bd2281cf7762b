using Paddlewheel.Engine.Deliveries;
using Paddlewheel.Engine.Retry;
using Paddlewheel.Engine.Telemetry;

namespace Paddlewheel.Engine.Ack;

/// <summary>One answer on its way to the server, and who is freed when it has been handed over.</summary>
internal readonly struct AckCommand
{
    private AckCommand(AckKind kind, Delivery? delivery, Ticket? ticket, string? replyTo, int generation, TimeSpan delay, string? reason, TaskCompletionSource? passed = null)
    {
        Kind = kind;
        Delivery = delivery;
        Ticket = ticket;
        ReplyTo = replyTo;
        Generation = generation;
        Delay = delay;
        Reason = reason;
        Passed = passed;
    }

    public AckKind Kind { get; }

    public Delivery? Delivery { get; }

    public Ticket? Ticket { get; }

    /// <summary>The subject of an answer that no delivery stands behind; otherwise the delivery's own, read when it is sent.</summary>
    public string? ReplyTo { get; }

    /// <summary>The delivery's life this answer belongs to: a renewal that comes too late is dropped.</summary>
    public int Generation { get; }

    public TimeSpan Delay { get; }

    public string? Reason { get; }

    /// <summary>Set by a barrier: completed when the loop comes to it.</summary>
    public TaskCompletionSource? Passed { get; }

    public static AckCommand Ack(Delivery delivery) => new(AckKind.Ack, delivery, null, null, delivery.Generation, default, null);

    public static AckCommand Nak(Delivery delivery, TimeSpan delay) => new(AckKind.Nak, delivery, null, null, delivery.Generation, delay, null);

    public static AckCommand Term(Delivery delivery, string reason) => new(AckKind.Term, delivery, null, null, delivery.Generation, default, reason);

    public static AckCommand InProgress(Delivery delivery, int generation) => new(AckKind.InProgress, delivery, null, null, generation, default, null);

    /// <summary>The answer of a retry that waited here.</summary>
    public static AckCommand Nak(Ticket ticket, TimeSpan delay) => new(AckKind.Nak, null, ticket, ticket.ReplyTo, 0, delay, null);

    /// <summary>Repeats the ack of a message that is done and came again all the same.</summary>
    public static AckCommand Again(string replyTo) => new(AckKind.Ack, null, null, replyTo, 0, default, null);

    /// <summary>Hands back a message that was never taken in.</summary>
    public static AckCommand HandBack(string replyTo, TimeSpan delay = default) => new(AckKind.Nak, null, null, replyTo, 0, delay, null);

    /// <summary>Says nothing to the server: tells whoever waits that all before it is sent.</summary>
    public static AckCommand Barrier(TaskCompletionSource passed) => new(AckKind.Ack, null, null, null, 0, default, null, passed);
}
