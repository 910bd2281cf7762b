using System.Buffers;
using Paddlewheel.Engine.Ack;

namespace Paddlewheel.Perf.Steps;

/// <summary>A connection that is always open and writes every answer into a buffer that nobody reads: the way out without the library.</summary>
internal sealed class NoServer : IAckSender
{
    private readonly ArrayBufferWriter<byte> _output = new(256);

    public bool IsOpen => true;

    public bool HasFailed => false;

    public bool TakesReasons => true;

    public ValueTask SendAsync(string replyTo, AckPayload payload, CancellationToken abort)
    {
        _output.ResetWrittenCount();
        AckPayloadSerializer.Instance.Serialize(_output, payload);
        return default;
    }
}
