using System.Buffers;
using NATS.Client.Core;

namespace Paddlewheel.Engine.Calls;

/// <summary>Hears of cancelled ids the moment they are put: a plain subscription, which works before there is a bucket.</summary>
/// <param name="nats">The connection; it subscribes again after a reconnect.</param>
/// <param name="heard">Told each id, on the connection's read loop: it must be quick, and must not throw.</param>
internal sealed class CancelSubscription(NatsConnection nats, Action<byte[]> heard)
    : NatsSubBase(nats, nats.SubscriptionManager, CancelledBucket.AllSubjects, queueGroup: null, opts: null)
{
    public override ValueTask ReceiveAsync(string subject, string? replyTo, ReadOnlySequence<byte>? headersBuffer, ReadOnlySequence<byte> payloadBuffer)
    {
        if (!IsMarker(headersBuffer) && subject.Length > CancelledBucket.SubjectPrefix.Length
            && CallKey.ToCallId(subject.AsSpan(CancelledBucket.SubjectPrefix.Length)) is { } callId)
        {
            heard(callId);
        }

        return default;
    }

    protected override ValueTask ReceiveInternalAsync(string subject, string? replyTo, ReadOnlySequence<byte>? headersBuffer, ReadOnlySequence<byte> payloadBuffer) => default;

    protected override void TryComplete()
    {
    }

    // A key that is deleted, or too old, is told on its subject as well; that cancels nothing, and takes nothing back.
    private static bool IsMarker(in ReadOnlySequence<byte>? headers)
    {
        if (headers is not { IsEmpty: false } some)
        {
            return false;
        }

        ReadOnlySpan<byte> text = some.IsSingleSegment ? some.FirstSpan : some.ToArray();
        return text.IndexOf("KV-Operation:"u8) >= 0 || text.IndexOf("Nats-Marker-Reason:"u8) >= 0;
    }
}
