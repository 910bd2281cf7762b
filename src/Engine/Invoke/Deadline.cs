using Paddlewheel.Engine.Timing;

namespace Paddlewheel.Engine.Invoke;

/// <summary>
/// The deadline of one call, headers and body together: an entry on the wheel and a cancellation source, both used again for
/// as long as no deadline passes.
/// </summary>
internal sealed class Deadline(TimerWheel wheel) : WheelEntry, IThreadPoolWorkItem, IDisposable
{
    private CancellationTokenSource _source = new();

    /// <summary>Cancelled when the deadline passes.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>True after a deadline passed, until the next start.</summary>
    public bool HasPassed { get; private set; }

    public void Start(TimeSpan timeout)
    {
        HasPassed = false;
        wheel.Schedule(this, timeout);
    }

    /// <summary>The call is over. If the deadline fired at this very moment, its source is left to it and a new one made.</summary>
    public void Stop()
    {
        if (!wheel.Cancel(this))
        {
            _source = new CancellationTokenSource();
        }
    }

    public void Dispose() => _source.Dispose();

    // Cancelling runs the connection's callbacks: not on the wheel's thread.
    protected internal override void OnDue()
    {
        HasPassed = true;
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    void IThreadPoolWorkItem.Execute() => _source.Cancel();
}
