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

    /// <summary>The call has been ended from outside.</summary>
    private const long Cancelled = long.MaxValue - 1;

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

    /// <summary>True after the call under way was cancelled; false once it was stopped.</summary>
    public bool IsCancelled => Volatile.Read(ref _due) == Cancelled;

    /// <summary>Stands for the call under way and for no other one of this slot; see <see cref="IsUnderWay"/>.</summary>
    public long Call => Volatile.Read(ref _due);

    /// <summary>False when there is no call, or its end has been decided.</summary>
    public static bool IsUnderWay(long call) => call is not (Idle or Passed or Cancelled);

    /// <summary>Ends a call before its time; false when it is over, or given up already.</summary>
    /// <param name="call">What <see cref="Call"/> was.</param>
    public bool TryCancel(long call)
    {
        // Before the claim, and so of this call: see OnDue.
        CancellationTokenSource source = Volatile.Read(ref _source);
        if (!IsUnderWay(call) || Interlocked.CompareExchange(ref _due, Cancelled, call) != call)
        {
            return false;
        }

        ThreadPool.UnsafeQueueUserWorkItem(static source => source.Cancel(), source, preferLocal: false);
        return true;
    }

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

    /// <summary>The call is over. If it was ended before, its source is left to it and a new one made.</summary>
    public void Stop()
    {
        if (Interlocked.Exchange(ref _due, Idle) is Passed or Cancelled)
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
        if (IsUnderWay(due))
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
        if (IsUnderWay(due))
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
