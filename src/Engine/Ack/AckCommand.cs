using Paddlewheel.Engine.Deliveries;
using Paddlewheel.Engine.Retry;

namespace Paddlewheel.Engine.Ack;

/// <summary>JetStream's answers to a delivery (ADR-15 of NATS: <c>+ACK</c>, <c>-NAK</c>, <c>+TERM</c>, <c>+WPI</c>).</summary>
internal enum AckKind : byte
{
    /// <summary>Done: never deliver it again.</summary>
    Ack,

    /// <summary>Not done: deliver it again, at once or after a delay.</summary>
    Nak,

    /// <summary>Never to be done: do not deliver it again.</summary>
    Term,

    /// <summary>Still at it: start the ack wait anew.</summary>
    InProgress,
}

/// <summary>One answer on its way to the server, and who is freed when it has been handed over.</summary>
internal readonly struct AckCommand
{
    private AckCommand(AckKind kind, Delivery? delivery, Ticket? ticket, string? replyTo, int generation, TimeSpan delay, string? reason)
    {
        Kind = kind;
        Delivery = delivery;
        Ticket = ticket;
        ReplyTo = replyTo;
        Generation = generation;
        Delay = delay;
        Reason = reason;
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

    public static AckCommand Ack(Delivery delivery) => new(AckKind.Ack, delivery, null, null, delivery.Generation, default, null);

    public static AckCommand Nak(Delivery delivery, TimeSpan delay) => new(AckKind.Nak, delivery, null, null, delivery.Generation, delay, null);

    public static AckCommand Term(Delivery delivery, string reason) => new(AckKind.Term, delivery, null, null, delivery.Generation, default, reason);

    public static AckCommand InProgress(Delivery delivery, int generation) => new(AckKind.InProgress, delivery, null, null, generation, default, null);

    /// <summary>The answer of a retry that waited here.</summary>
    public static AckCommand Nak(Ticket ticket, TimeSpan delay) => new(AckKind.Nak, null, ticket, ticket.ReplyTo, 0, delay, null);

    /// <summary>Hands back a message that was never taken in.</summary>
    public static AckCommand HandBack(string replyTo) => new(AckKind.Nak, null, null, replyTo, 0, default, null);
}
