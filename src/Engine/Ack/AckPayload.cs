using System.Buffers;
using System.Buffers.Text;
using System.Text;
using NATS.Client.Core;
using Paddlewheel.Engine.Telemetry;

namespace Paddlewheel.Engine.Ack;

/// <summary>What an answer says, written straight into NATS.Net's send buffer.</summary>
internal readonly record struct AckPayload(AckKind Kind, long DelayNs, string? Reason);

/// <inheritdoc cref="AckPayload"/>
internal sealed class AckPayloadSerializer : INatsSerialize<AckPayload>
{
    public static readonly AckPayloadSerializer Instance = new();

    private AckPayloadSerializer()
    {
    }

    public void Serialize(IBufferWriter<byte> bufferWriter, AckPayload value)
    {
        switch (value.Kind)
        {
            case AckKind.Ack:
                bufferWriter.Write("+ACK"u8);
                break;
            case AckKind.InProgress:
                bufferWriter.Write("+WPI"u8);
                break;
            case AckKind.Term:
                bufferWriter.Write("+TERM"u8);
                WriteReason(bufferWriter, value.Reason);
                break;
            default:
                bufferWriter.Write("-NAK"u8);
                WriteDelay(bufferWriter, value.DelayNs);
                break;
        }
    }

    // A malformed or zero delay is a plain NAK to the server: leave it out instead.
    private static void WriteDelay(IBufferWriter<byte> output, long delayNs)
    {
        if (delayNs <= 0)
        {
            return;
        }

        Span<byte> span = output.GetSpan(40);
        " {\"delay\": "u8.CopyTo(span);
        Utf8Formatter.TryFormat(delayNs, span[11..], out int digits);
        span[11 + digits] = (byte)'}';
        output.Advance(12 + digits);
    }

    private static void WriteReason(IBufferWriter<byte> output, string? reason)
    {
        if (string.IsNullOrEmpty(reason))
        {
            return;
        }

        output.Write(" "u8);
        Encoding.UTF8.GetBytes(reason, output);
    }
}
