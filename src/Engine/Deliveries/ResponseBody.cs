using System.Buffers;
using System.IO.Pipelines;

namespace Paddlewheel.Engine.Deliveries;

/// <summary>
/// A function's answer, kept until its callback is through. Off the hot path: a call without a callback never touches it.
/// A <see cref="Pipe"/> holds the bytes in pooled segments; they can be read again for each try.
/// </summary>
internal sealed class ResponseBody
{
    // No pause: the writer is stopped by the cap, not by a reader that comes only when the answer is complete.
    private static readonly PipeOptions Options = new(pauseWriterThreshold: 0, useSynchronizationContext: false, minimumSegmentSize: 4096);

    private Pipe? _pipe;

    /// <summary>Header names and values as they are to be sent, in order; empty when nothing is kept.</summary>
    public List<KeyValuePair<string, string>> Headers { get; } = [];

    /// <summary>Bytes kept.</summary>
    public long Length { get; private set; }

    /// <summary>The answer was larger than allowed; its body was not kept.</summary>
    public bool TooLarge { get; private set; }

    public Memory<byte> GetMemory(int size) => (_pipe ??= new Pipe(Options)).Writer.GetMemory(size);

    public void Advance(int bytes)
    {
        _pipe!.Writer.Advance(bytes);
        Length += bytes;
    }

    /// <summary>Gives up the body, keeping what is known about it.</summary>
    public void MarkTooLarge()
    {
        ReleaseBytes();
        TooLarge = true;
    }

    /// <summary>Ends the writing.</summary>
    public async ValueTask CompleteAsync()
    {
        if (_pipe is not null && Length > 0)
        {
            await _pipe.Writer.FlushAsync().ConfigureAwait(false);
        }
    }

    /// <summary>All bytes, without consuming them: the next try reads the same.</summary>
    public async ValueTask<ReadOnlySequence<byte>> ReadAsync()
    {
        if (_pipe is null || Length == 0)
        {
            return ReadOnlySequence<byte>.Empty;
        }

        ReadResult read = await _pipe.Reader.ReadAsync().ConfigureAwait(false);
        _pipe.Reader.AdvanceTo(read.Buffer.Start);
        return read.Buffer;
    }

    public void Clear()
    {
        if (Length == 0 && Headers.Count == 0 && !TooLarge)
        {
            return;
        }

        Headers.Clear();
        ReleaseBytes();
        TooLarge = false;
    }

    private void ReleaseBytes()
    {
        if (_pipe is not null)
        {
            _pipe.Writer.Complete();
            _pipe.Reader.Complete();
            _pipe.Reset();
        }

        Length = 0;
    }
}
