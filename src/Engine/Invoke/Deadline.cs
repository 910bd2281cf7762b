using Paddlewheel.Engine.Timing;

namespace Paddlewheel.Engine.Invoke;

/// <summary>
/// The deadline of one slot's calls, headers and body together. A call only writes down when it must have ended; the entry on
/// the wheel stays armed from one call to the next, looks at that when it fires, and comes again at the time that it finds.
/// So a slot has one timer per timeout instead of one per call.
/// </summary>
/// <remarks>
/// Two threads meet here: the slot's and the wheel's. <c>_due</c> says who ends a call, <c>_watched</c> who arms the entry; each
/// of them writes its own word first and looks at the other's then, so that one of them always sees the other.
/// </remarks>
/// <param name="wheel">Where the entry waits.</param>
/// <param name="timeout">How long a call may take: the same for all, so that a later call never ends before an earlier one.</param>
internal sealed class Deadline(TimerWheel wheel, TimeSpan timeout) : WheelEntry, IDisposable
{
    /// <summary>No call is under way.</summary>
    private const long Idle = long.MinValue;

    /// <summary>The call has been given up.</summary>
    private const long Passed = long.MaxValue;

    private readonly TimeProvider _time = wheel.Time;
    private readonly long _ticks = (long)(timeout.TotalSeconds * wheel.Time.TimestampFrequency);
    private CancellationTokenSource _source = new();
    private long _due = Idle;

    // 1 from arming the entry until it has fired and found nothing to wait for.
    private int _watched;

    /// <summary>Cancelled when the deadline passes.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>True after the deadline of the call under way passed; false once it was stopped.</summary>
    public bool HasPassed => Volatile.Read(ref _due) == Passed;

    /// <summary>A call began.</summary>
    /// <param name="now">The wheel's time now.</param>
    public void Start(long now)
    {
        Interlocked.Exchange(ref _due, now + _ticks);
        if (Volatile.Read(ref _watched) == 0)
        {
            Watch(timeout);
        }
    }

    /// <summary>The call is over. If its deadline has passed, its source is left to it and a new one made.</summary>
    public void Stop()
    {
        if (Interlocked.Exchange(ref _due, Idle) == Passed)
        {
            _source = new CancellationTokenSource();
        }
    }

    public void Dispose() => _source.Dispose();

    protected internal override void OnDue()
    {
        // Before the claim: the slot makes a new one only after it has seen it.
        CancellationTokenSource source = Volatile.Read(ref _source);
        long due = Volatile.Read(ref _due);
        if (due is not (Idle or Passed))
        {
            long now = _time.GetTimestamp();
            if (now < due)
            {
                wheel.Schedule(this, Left(now, due));
                return;
            }

            if (Interlocked.CompareExchange(ref _due, Passed, due) == due)
            {
                // Cancelling runs the connection's callbacks: not on the wheel's thread.
                ThreadPool.UnsafeQueueUserWorkItem(static source => source.Cancel(), source, preferLocal: false);
            }
        }

        Interlocked.Exchange(ref _watched, 0);
        due = Volatile.Read(ref _due);
        if (due is not (Idle or Passed))
        {
            // A call began meanwhile, and may have believed itself watched.
            Watch(Left(_time.GetTimestamp(), due));
        }
    }

    private void Watch(TimeSpan delay)
    {
        if (Interlocked.CompareExchange(ref _watched, 1, 0) == 0)
        {
            wheel.Schedule(this, delay);
        }
    }

    private TimeSpan Left(long now, long due) => _time.GetElapsedTime(now, due);
}
