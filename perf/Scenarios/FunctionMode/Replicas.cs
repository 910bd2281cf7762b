namespace Paddlewheel.Perf.Scenarios;

/// <summary>
/// Replicas of one function behind a gateway that knows which of them has room. One that is taken away ends what it runs and takes
/// nothing new.
/// </summary>
/// <param name="slots">Calls that one takes at a time.</param>
internal sealed class Replicas(int slots)
{
    private readonly Lock _gate = new();
    private readonly List<Replica> _replicas = [];
    private long _since;
    private double _ticks;

    public int Slots => slots;

    public int Count
    {
        get { lock (_gate) { return _replicas.Count; } }
    }

    /// <summary>Calls on those that take calls: what a capacity autoscaler sees.</summary>
    public int Running
    {
        get { lock (_gate) { return _replicas.Sum(static replica => replica.Running); } }
    }

    /// <summary>Most there were.</summary>
    public int Most { get; private set; }

    /// <param name="count">Replicas there are from now on.</param>
    /// <param name="now">A timestamp.</param>
    public void Scale(int count, long now)
    {
        lock (_gate)
        {
            Pass(now);
            while (_replicas.Count < count)
            {
                _replicas.Add(new());
            }

            _replicas.RemoveRange(count, _replicas.Count - count);
            Most = Math.Max(Most, count);
        }
    }

    /// <summary>The replica that runs the call; null when none has room, which is a 429.</summary>
    public Replica? Take()
    {
        lock (_gate)
        {
            foreach (Replica replica in _replicas)
            {
                if (replica.Running < slots)
                {
                    replica.Running++;
                    return replica;
                }
            }

            return null;
        }
    }

    public void Leave(Replica replica)
    {
        lock (_gate)
        {
            replica.Running--;
        }
    }

    /// <summary>What would be paid for: seconds of all replicas until <paramref name="now"/>.</summary>
    public double ReplicaSeconds(long now)
    {
        lock (_gate)
        {
            Pass(now);
            return _ticks / TimeProvider.System.TimestampFrequency;
        }
    }

    private void Pass(long now)
    {
        _ticks += (double)_replicas.Count * (now - _since);
        _since = now;
    }

    internal sealed class Replica
    {
        public int Running { get; set; }
    }
}
