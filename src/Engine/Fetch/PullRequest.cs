using System.Buffers;
using System.Buffers.Text;
using NATS.Client.Core;

namespace Paddlewheel.Engine.Fetch;

/// <summary>A request for messages, as ADR-13 of NATS writes it; durations in nanoseconds.</summary>
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
        Put(span, ref at, ",\"expires\":"u8, value.Expires.Ticks * 100);
        Put(span, ref at, ",\"idle_heartbeat\":"u8, value.IdleHeartbeat.Ticks * 100);
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
