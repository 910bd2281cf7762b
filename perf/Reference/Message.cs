using System.Buffers;

namespace Paddlewheel.Perf.Reference;

/// <summary>A place for one message; made once and used again.</summary>
internal sealed class Message
{
    private byte[] _buffer = new byte[4096];
    private int _length;

    /// <summary>The payload as it came.</summary>
    public ReadOnlyMemory<byte> Payload => _buffer.AsMemory(0, _length);

    /// <summary>Where its ack goes.</summary>
    public string ReplyTo { get; private set; } = "";

    /// <summary>Copies the message out of the receive buffer.</summary>
    public void Receive(string replyTo, in ReadOnlySequence<byte> payload)
    {
        _length = (int)payload.Length;
        if (_buffer.Length < _length)
        {
            _buffer = new byte[_length];
        }

        payload.CopyTo(_buffer);
        ReplyTo = replyTo;
    }
}
