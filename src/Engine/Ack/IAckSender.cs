using NATS.Client.Core;

namespace Paddlewheel.Engine.Ack;

/// <summary>What the ack loop needs of a connection, and no more: the simulation gives it one of its own.</summary>
internal interface IAckSender
{
    /// <summary>What is given to it now goes to the socket now.</summary>
    bool IsOpen { get; }

    /// <summary>It will never send again.</summary>
    bool HasFailed { get; }

    /// <summary>The server reads a TERM that carries a reason.</summary>
    bool TakesReasons { get; }

    /// <summary>Gives an answer to the socket. May wait for the socket, and may throw what a connection throws.</summary>
    ValueTask SendAsync(string replyTo, AckPayload payload, CancellationToken abort);
}

/// <summary>Sends answers over the worker's own connection.</summary>
internal sealed class NatsAckSender(NatsConnection nats) : IAckSender
{
    public bool IsOpen => nats.ConnectionState == NatsConnectionState.Open;

    public bool HasFailed => nats.ConnectionState == NatsConnectionState.Failed;

    // Before 2.10.4 the server ignores a TERM that carries a reason, and delivers the message again.
    public bool TakesReasons => ServerVersion.Of(nats) >= ServerVersion.TermReason;

    public ValueTask SendAsync(string replyTo, AckPayload payload, CancellationToken abort) =>
        nats.PublishAsync(replyTo, payload, serializer: AckPayloadSerializer.Instance, cancellationToken: abort);
}
