namespace Paddlewheel.Perf.Scenarios;

/// <summary>What one function has seen; also the sum over all of them.</summary>
internal sealed class FunctionBook
{
    private int _running;
    private int _mostRunning;
    private int _runs;
    private int _rejected;
    private long _busy;

    /// <summary>Runs now.</summary>
    public int Running => Volatile.Read(ref _running);

    /// <summary>Most runs at one time.</summary>
    public int MostRunning => Volatile.Read(ref _mostRunning);

    /// <summary>Runs begun.</summary>
    public int Runs => Volatile.Read(ref _runs);

    /// <summary>Calls turned away for lack of room.</summary>
    public int Rejected => Volatile.Read(ref _rejected);

    /// <summary>A run begins, unless <paramref name="capacity"/> (0: none) is used up.</summary>
    public bool TryEnter(int capacity, long now)
    {
        int running = Interlocked.Increment(ref _running);
        if (capacity > 0 && running > capacity)
        {
            Interlocked.Decrement(ref _running);
            Interlocked.Increment(ref _rejected);
            return false;
        }

        Interlocked.Add(ref _busy, -now);
        Interlocked.Increment(ref _runs);
        for (int most = MostRunning; running > most; most = MostRunning)
        {
            Interlocked.CompareExchange(ref _mostRunning, running, most);
        }

        return true;
    }

    /// <summary>A call was turned away before it came to this book.</summary>
    public void Reject() => Interlocked.Increment(ref _rejected);

    public void Leave(long now)
    {
        Interlocked.Add(ref _busy, now);
        Interlocked.Decrement(ref _running);
    }

    /// <summary>
    /// Timestamp ticks that runs have taken together until <paramref name="now"/>: the difference of two readings, divided by the time
    /// between them, is the mean number of runs at one time. Good to a run or two, since it is read beside those that change it.
    /// </summary>
    public long Busy(long now) => Interlocked.Read(ref _busy) + (Running * now);
}
