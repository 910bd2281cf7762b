using System.Net;

namespace Paddlewheel.Engine.Invoke;

/// <summary>
/// The body of a slot's request: always there, even when empty, because a POST without content is silently sent a second time
/// when a reused connection dies.
/// </summary>
internal sealed class SlotContent : HttpContent
{
    private ReadOnlyMemory<byte> _body;
    private long _declared = -1;

    public void Set(ReadOnlyMemory<byte> body)
    {
        _body = body;
        if (_body.Length != _declared)
        {
            // .NET remembers the first one that it computed.
            Headers.ContentLength = _body.Length;
            _declared = _body.Length;
        }
    }

    /// <summary>Lets go of the message. The declared length stays: the next body is likely to be as long, and saying it costs a box.</summary>
    public void Release() => _body = default;

    protected override bool TryComputeLength(out long length)
    {
        length = _body.Length;
        return true;
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        ValueTask writing = stream.WriteAsync(_body, cancellationToken);
        return writing.IsCompletedSuccessfully ? Task.CompletedTask : writing.AsTask();
    }
}
