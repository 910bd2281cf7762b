using Paddlewheel.Engine.Telemetry;

namespace Paddlewheel.Engine.Ack;

/// <summary>
/// The last acks and terms, to be sent again after a reconnect: NATS.Net takes the last chunk before a broken socket as sent,
/// so an ack can be lost with it. Both are idempotent; a NAK is not and is never repeated.
/// </summary>
/// <remarks>Owned by the ack loop.</remarks>
internal sealed class AckReplay(TimeProvider time)
{
    /// <summary>Answers kept.</summary>
    public const int Capacity = 1024;

    /// <summary>An answer older than this has left the socket for certain.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromSeconds(2);

    private readonly Entry[] _entries = new Entry[Capacity];
    private int _next;

    public void Remember(string replyTo, AckKind kind)
    {
        _entries[_next] = new Entry(replyTo, kind, time.GetTimestamp());
        _next = (_next + 1) % Capacity;
    }

    /// <summary>Answers sent within the window before <paramref name="brokenAt"/>, or after it; oldest first.</summary>
    public IEnumerable<(string ReplyTo, AckKind Kind)> Since(long brokenAt)
    {
        for (int i = 0; i < Capacity; i++)
        {
            Entry entry = _entries[(_next + i) % Capacity];
            if (entry.ReplyTo is not null && time.GetElapsedTime(entry.SentAt, brokenAt) <= Window)
            {
                yield return (entry.ReplyTo, entry.Kind);
            }
        }
    }

    private readonly record struct Entry(string? ReplyTo, AckKind Kind, long SentAt);
}
