namespace Paddlewheel.Engine.Integration.Support;

/// <summary>Everything that came, in order, and the tests that wait for some of it. Safe from any thread.</summary>
internal sealed class Watch<T>
{
    private readonly Lock _gate = new();
    private readonly List<T> _all = [];
    private readonly List<Waiter> _waiters = [];

    /// <summary>How many came so far.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _all.Count;
            }
        }
    }

    /// <summary>A copy of all that came so far.</summary>
    public IReadOnlyList<T> Snapshot()
    {
        lock (_gate)
        {
            return [.. _all];
        }
    }

    /// <summary>Those of <see cref="Snapshot"/> that fit.</summary>
    public IReadOnlyList<T> Where(Func<T, bool> fits) => [.. Snapshot().Where(fits)];

    /// <summary>Adds one and releases whoever waited for it.</summary>
    public void Add(T item)
    {
        List<Waiter>? due = null;
        lock (_gate)
        {
            _all.Add(item);
            for (int i = _waiters.Count - 1; i >= 0; i--)
            {
                Waiter waiter = _waiters[i];
                if (waiter.Fits(item) && --waiter.Missing == 0)
                {
                    (due ??= []).Add(waiter);
                    _waiters.RemoveAt(i);
                }
            }
        }

        foreach (Waiter waiter in due ?? [])
        {
            waiter.Signal.TrySetResult(item);
        }
    }

    /// <summary>The first that fits, past or future.</summary>
    public Task<T> FirstAsync(string what, Func<T, bool> fits, TimeSpan within, CancellationToken cancellationToken) =>
        NthAsync(what, 1, fits, within, cancellationToken);

    /// <summary>The moment the total reaches <paramref name="count"/>.</summary>
    public Task CountAsync(string what, int count, TimeSpan within, CancellationToken cancellationToken) =>
        NthAsync(what, count, static _ => true, within, cancellationToken);

    /// <summary>The <paramref name="nth"/> that fits, past or future; fails with the number seen after <paramref name="within"/>.</summary>
    public async Task<T> NthAsync(string what, int nth, Func<T, bool> fits, TimeSpan within, CancellationToken cancellationToken)
    {
        var waiter = new Waiter { Missing = nth, Fits = fits };
        lock (_gate)
        {
            foreach (T item in _all)
            {
                if (fits(item) && --waiter.Missing == 0)
                {
                    return item;
                }
            }

            _waiters.Add(waiter);
        }

        try
        {
            return await waiter.Signal.Task.WaitAsync(within, cancellationToken);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"not seen within {within.TotalSeconds:F1} s: {what}; {nth - waiter.Missing} of {nth} came");
        }
        finally
        {
            lock (_gate)
            {
                _waiters.Remove(waiter);
            }
        }
    }

    private sealed class Waiter
    {
        public required int Missing { get; set; }

        public required Func<T, bool> Fits { get; init; }

        public TaskCompletionSource<T> Signal { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
