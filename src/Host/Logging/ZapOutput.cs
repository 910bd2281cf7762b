namespace Paddlewheel.Host.Logging;

/// <summary>
/// Where lines go, a chunk at a time: two lines per message would otherwise be two system calls per message. What matters is
/// written at once; the rest when 32 KiB are together or 50 ms have gone by.
/// </summary>
internal sealed class ZapOutput : IDisposable
{
    private const int Chunk = 32 * 1024;
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(50);

    private readonly Lock _gate = new();
    private readonly Stream _stream;
    private readonly ITimer _timer;
    private byte[] _pending = new byte[Chunk * 2];
    private int _length;

    public ZapOutput(Stream stream, TimeProvider time)
    {
        _stream = stream;
        _timer = time.CreateTimer(static me => ((ZapOutput)me!).Flush(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Appends a whole line; <paramref name="urgent"/> writes everything out at once.</summary>
    public void Write(ReadOnlySpan<byte> line, bool urgent)
    {
        lock (_gate)
        {
            if (_length + line.Length > _pending.Length)
            {
                Array.Resize(ref _pending, Math.Max(_pending.Length * 2, _length + line.Length));
            }

            bool first = _length == 0;
            line.CopyTo(_pending.AsSpan(_length));
            _length += line.Length;
            if (urgent || _length >= Chunk)
            {
                WriteOut();
            }
            else if (first)
            {
                _timer.Change(Longest, Timeout.InfiniteTimeSpan);
            }
        }
    }

    public void Flush()
    {
        lock (_gate)
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
        try
        {
            _stream.Write(_pending, 0, _length);
            _stream.Flush();
        }
        catch (Exception failure) when (failure is IOException or ObjectDisposedException)
        {
        }

        _length = 0;
    }
}
