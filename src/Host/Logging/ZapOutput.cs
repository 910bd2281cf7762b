namespace Paddlewheel.Host.Logging;

/// <summary>
/// Where lines go, a chunk at a time: two lines per message would otherwise be two system calls per message. What matters is
/// written at once; the rest when 32 KiB are together or 50 ms have gone by.
/// </summary>
internal sealed class ZapOutput : IDisposable
{
    private const int Chunk = 32 * 1024;
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(50);

    /// <summary>Waits for the stream when this much is together: a reader that does not read must not cost memory without end.</summary>
    private const int MostPending = Chunk * 8;

    // Whoever writes to the stream holds the first, and takes the second only to exchange the buffers: lines go on being
    // appended meanwhile.
    private readonly Lock _writing = new();
    private readonly Lock _gate = new();
    private readonly Stream _stream;
    private readonly ITimer _timer;
    private byte[] _pending = new byte[Chunk * 2];
    private byte[] _written = new byte[Chunk * 2];
    private int _length;

    public ZapOutput(Stream stream, TimeProvider time)
    {
        _stream = stream;
        _timer = time.CreateTimer(static me => ((ZapOutput)me!).Flush(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Appends a whole line; <paramref name="urgent"/> writes everything out at once.</summary>
    public void Write(ReadOnlySpan<byte> line, bool urgent)
    {
        bool full;
        bool overfull;
        lock (_gate)
        {
            if (_length + line.Length > _pending.Length)
            {
                Array.Resize(ref _pending, Math.Max(_pending.Length * 2, _length + line.Length));
            }

            bool first = _length == 0;
            line.CopyTo(_pending.AsSpan(_length));
            _length += line.Length;
            full = _length >= Chunk;
            overfull = _length >= MostPending;
            if (first && !urgent)
            {
                _timer.Change(Longest, Timeout.InfiniteTimeSpan);
            }
        }

        if (urgent || overfull)
        {
            Flush();
        }
        else if (full && _writing.TryEnter())
        {
            try
            {
                WriteOut();
            }
            finally
            {
                _writing.Exit();
            }
        }
    }

    public void Flush()
    {
        lock (_writing)
        {
            WriteOut();
        }
    }

    public void Dispose()
    {
        Flush();
        _timer.Dispose();
    }

    // A closed pipe on the other side must not stop the work.
    private void WriteOut()
    {
        int length;
        lock (_gate)
        {
            (_pending, _written, length, _length) = (_written, _pending, _length, 0);
        }

        try
        {
            _stream.Write(_written, 0, length);
            _stream.Flush();
        }
        catch (Exception failure) when (failure is IOException or ObjectDisposedException)
        {
        }
    }
}
