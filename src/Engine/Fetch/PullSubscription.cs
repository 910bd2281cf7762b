using System.Buffers;
using NATS.Client.Core;

namespace Paddlewheel.Engine.Fetch;

/// <summary>
/// Our own pull subscription (ADR 2): sees each message as the raw bytes of the receive buffer, on NATS.Net's read loop, and
/// hands them to <see cref="IPullReceiver"/>, which must be quick. One inbox, one token more per pull.
/// </summary>
internal sealed class PullSubscription(NatsConnection nats, string inbox, IPullReceiver receiver)
    : NatsSubBase(nats, nats.SubscriptionManager, inbox + ".*", queueGroup: null, opts: null)
{
    public override ValueTask ReceiveAsync(string subject, string? replyTo, ReadOnlySequence<byte>? headersBuffer, ReadOnlySequence<byte> payloadBuffer)
    {
        // A message carries its own subject and an ack subject; a status carries our inbox. A user's message may have a
        // header line that looks like a status: the subject tells them apart.
        if (subject.StartsWith(inbox, StringComparison.Ordinal))
        {
            receiver.ReceiveStatus(PullAddresses.NumberOf(inbox, subject), headersBuffer ?? ReadOnlySequence<byte>.Empty);
        }
        else if (replyTo is not null)
        {
            receiver.ReceiveMessage(replyTo, payloadBuffer, subject);
        }

        return default;
    }

    protected override ValueTask ReceiveInternalAsync(string subject, string? replyTo, ReadOnlySequence<byte>? headersBuffer, ReadOnlySequence<byte> payloadBuffer) => default;

    protected override void TryComplete()
    {
    }
}

/// <summary>What a pull subscription reports. Called on the connection's read loop: it must not block and must not throw.</summary>
internal interface IPullReceiver
{
    void ReceiveMessage(string replyTo, in ReadOnlySequence<byte> payload, string subject = "");

    void ReceiveStatus(int pull, in ReadOnlySequence<byte> headers);
}
