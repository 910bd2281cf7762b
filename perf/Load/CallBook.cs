namespace Paddlewheel.Perf.Load;

/// <summary>
/// What was sent and what arrived, call by call: plain arrays, so that keeping the book costs next to nothing and nothing is
/// lost in a summary. Times are timestamps of <see cref="TimeProvider.System"/>.
/// </summary>
internal sealed class CallBook(int calls)
{
    private readonly int[] _arrivals = new int[calls];
    private readonly long[] _arrivedAt = new long[calls];
    private int _arrived;
    private int _strangers;

    /// <summary>Calls in this run.</summary>
    public int Calls => _arrivals.Length;

    /// <summary>When each call should have been sent.</summary>
    public long[] PlannedAt { get; } = new long[calls];

    /// <summary>When it was.</summary>
    public long[] SentAt { get; } = new long[calls];

    /// <summary>Different calls that have arrived.</summary>
    public int Arrived => Volatile.Read(ref _arrived);

    public long ArrivedAt(int call) => _arrivedAt[call];

    /// <summary>A call has reached its function, for the first or for another time.</summary>
    public void Arrive(int call, long now)
    {
        if ((uint)call >= (uint)_arrivals.Length)
        {
            Interlocked.Increment(ref _strangers);
        }
        else if (Interlocked.Increment(ref _arrivals[call]) == 1)
        {
            _arrivedAt[call] = now;
            Interlocked.Increment(ref _arrived);
        }
    }

    /// <summary>What is not exactly once; empty when all is well.</summary>
    public IEnumerable<string> Problems()
    {
        int lost = _arrivals.Count(static n => n == 0);
        int twice = _arrivals.Count(static n => n > 1);
        if (lost > 0)
        {
            yield return $"{lost} of {Calls} calls were never invoked, the first is {Array.IndexOf(_arrivals, 0)}";
        }

        if (twice > 0)
        {
            yield return $"{twice} of {Calls} calls were invoked more than once, the first is {Array.FindIndex(_arrivals, static n => n > 1)}";
        }

        if (_strangers > 0)
        {
            yield return $"{_strangers} requests named no call of this run";
        }
    }
}
