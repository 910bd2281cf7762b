using System.Buffers;
using System.Buffers.Text;
using NATS.Client.Core;

namespace Paddlewheel.Engine.Fetch;

/// <summary>A request for messages, as ADR-13 of NATS writes it; durations in nanoseconds.</summary>
/// <param name="Batch">Messages at most.</param>
/// <param name="Expires">How long it waits on the server; zero does not wait: what is there comes, and 404 or 408 for the rest.</param>
/// <param name="IdleHeartbeat">How often the server says that it is alive while the request waits.</param>
internal readonly record struct PullRequest(int Batch, TimeSpan Expires, TimeSpan IdleHeartbeat);

/// <inheritdoc cref="PullRequest"/>
internal sealed class PullRequestSerializer : INatsSerialize<PullRequest>
{
    public static readonly PullRequestSerializer Instance = new();

    private PullRequestSerializer()
    {
    }

    public void Serialize(IBufferWriter<byte> bufferWriter, PullRequest value)
    {
        Span<byte> span = bufferWriter.GetSpan(128);
        int at = 0;
        Put(span, ref at, "{\"batch\":"u8, value.Batch);
        if (value.Expires == TimeSpan.Zero)
        {
            ",\"no_wait\":true"u8.CopyTo(span[at..]);
            at += ",\"no_wait\":true"u8.Length;
        }
        else
        {
            Put(span, ref at, ",\"expires\":"u8, value.Expires.Ticks * 100);
            Put(span, ref at, ",\"idle_heartbeat\":"u8, value.IdleHeartbeat.Ticks * 100);
        }

        span[at++] = (byte)'}';
        bufferWriter.Advance(at);
    }

    private static void Put(Span<byte> span, ref int at, ReadOnlySpan<byte> name, long number)
    {
        name.CopyTo(span[at..]);
        at += name.Length;
        Utf8Formatter.TryFormat(number, span[at..], out int digits);
        at += digits;
    }
}
