using System.Buffers;
using System.Text;
using Paddlewheel.Engine.Ack;
using Paddlewheel.Engine.Telemetry;
using Xunit;

namespace Paddlewheel.Engine.Tests.Ack;

public sealed class AckPayloadTests
{
    [Theory]
    [InlineData(AckKind.Ack, 0L, null, "+ACK")]
    [InlineData(AckKind.InProgress, 0L, null, "+WPI")]
    [InlineData(AckKind.Nak, 0L, null, "-NAK")]
    [InlineData(AckKind.Nak, -5L, null, "-NAK")]
    [InlineData(AckKind.Nak, 1L, null, "-NAK {\"delay\": 1}")]
    [InlineData(AckKind.Nak, 10_000_000_000L, null, "-NAK {\"delay\": 10000000000}")]
    [InlineData(AckKind.Nak, long.MaxValue, null, "-NAK {\"delay\": 9223372036854775807}")]
    [InlineData(AckKind.Term, 0L, null, "+TERM")]
    [InlineData(AckKind.Term, 0L, "", "+TERM")]
    [InlineData(AckKind.Term, 0L, "not JSON – at all", "+TERM not JSON – at all")]
    internal void Serialize_BytesExact(AckKind kind, long delayNs, string? reason, string expected)
    {
        ArrayBufferWriter<byte> output = new();
        AckPayloadSerializer.Instance.Serialize(output, new AckPayload(kind, delayNs, reason));
        Assert.Equal(expected, Encoding.UTF8.GetString(output.WrittenSpan));
    }

    [Fact]
    public void Serialize_SteadyState_AllocatesNothing()
    {
        ArrayBufferWriter<byte> output = new(256);
        Write(1000);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Write(10_000);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Write(int times)
        {
            for (int i = 0; i < times; i++)
            {
                output.ResetWrittenCount();
                AckPayloadSerializer.Instance.Serialize(output, new AckPayload(AckKind.Ack, 0, null));
                AckPayloadSerializer.Instance.Serialize(output, new AckPayload(AckKind.Nak, 123_456_789, null));
            }
        }
    }
}
