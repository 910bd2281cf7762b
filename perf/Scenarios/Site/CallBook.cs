namespace Paddlewheel.Perf.Scenarios;

/// <summary>
/// What was sent and what arrived, call by call: plain arrays, so that keeping the book costs next to nothing and nothing is
/// lost in a summary. Times are timestamps of <see cref="TimeProvider.System"/>.
/// </summary>
internal sealed class CallBook(int calls)
{
    private readonly int[] _runs = new int[calls];
    private readonly int[] _callbacks = new int[calls];
    private readonly long[] _arrivedAt = new long[calls];
    private int _arrived;
    private int _calledBack;
    private int _strangers;

    /// <summary>Calls in this run.</summary>
    public int Calls => _runs.Length;

    /// <summary>When each call should have been sent.</summary>
    public long[] PlannedAt { get; } = new long[calls];

    /// <summary>When it was.</summary>
    public long[] SentAt { get; } = new long[calls];

    /// <summary>Different calls that have arrived.</summary>
    public int Arrived => Volatile.Read(ref _arrived);

    /// <summary>Callbacks that have come.</summary>
    public int CalledBack => Volatile.Read(ref _calledBack);

    /// <summary>When a call's first run began; 0 for one that had none.</summary>
    public long ArrivedAt(int call) => _arrivedAt[call];

    public int Runs(int call) => (uint)call < (uint)_runs.Length ? Volatile.Read(ref _runs[call]) : 0;

    /// <summary>A call has reached its function, for the first or for another time.</summary>
    public void Arrive(int call, long now)
    {
        if ((uint)call >= (uint)_runs.Length)
        {
            Interlocked.Increment(ref _strangers);
        }
        else if (Interlocked.Increment(ref _runs[call]) == 1)
        {
            _arrivedAt[call] = now;
            Interlocked.Increment(ref _arrived);
        }
    }

    /// <summary>The result of a call has been posted.</summary>
    public void CallBack(int call)
    {
        if ((uint)call >= (uint)_callbacks.Length)
        {
            Interlocked.Increment(ref _strangers);
        }
        else
        {
            Interlocked.Increment(ref _callbacks[call]);
            Interlocked.Increment(ref _calledBack);
        }
    }

    /// <summary>What did not run as often as it had to; empty when all is well.</summary>
    /// <param name="expected">Runs that a call must have had; once when nothing is said.</param>
    public IEnumerable<string> Problems(Func<int, int>? expected = null)
    {
        int never = 0, seldom = 0, often = 0, firstNever = -1, firstSeldom = -1, firstOften = -1;
        for (int call = 0; call < Calls; call++)
        {
            int must = expected?.Invoke(call) ?? 1;
            (int count, int first) Count(int count, int first) => (count + 1, first < 0 ? call : first);
            if (must > 0 && _runs[call] == 0)
            {
                (never, firstNever) = Count(never, firstNever);
            }
            else if (_runs[call] < must)
            {
                (seldom, firstSeldom) = Count(seldom, firstSeldom);
            }
            else if (_runs[call] > must)
            {
                (often, firstOften) = Count(often, firstOften);
            }
        }

        if (never > 0)
        {
            yield return $"{never} of {Calls} calls were never invoked, the first is {firstNever}";
        }

        if (seldom > 0)
        {
            yield return $"{seldom} of {Calls} calls were tried too seldom, the first is {firstSeldom}";
        }

        if (often > 0)
        {
            yield return $"{often} of {Calls} calls were invoked more often than they had to be, the first is {firstOften}";
        }

        if (_strangers > 0)
        {
            yield return $"{_strangers} requests named no call of this run";
        }
    }

    /// <summary>Callbacks that are missing or came more than once.</summary>
    public IEnumerable<string> CallbackProblems()
    {
        int missing = _callbacks.Count(static n => n == 0), twice = _callbacks.Count(static n => n > 1);
        if (missing > 0)
        {
            yield return $"{missing} of {Calls} results were never posted to the callback, the first is {Array.IndexOf(_callbacks, 0)}";
        }

        if (twice > 0)
        {
            yield return $"{twice} of {Calls} results were posted more than once, the first is {Array.FindIndex(_callbacks, static n => n > 1)}";
        }
    }
}
