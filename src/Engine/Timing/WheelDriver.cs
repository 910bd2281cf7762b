namespace Paddlewheel.Engine.Timing;

/// <summary>
/// Advances a wheel from one thread of its own, because timers that depend on the thread pool all stop when it is jammed. Sleeps
/// until the next due tick and is woken when something earlier is scheduled; an idle wheel costs nothing. A late wake-up (a paused
/// process, a busy machine) loses no timer: what was missed fires in order, in bursts.
/// </summary>
internal sealed class WheelDriver : IDisposable
{
    // Entries fired before stop requests, the lag and the clock are looked at again.
    private const int MaxBurst = 1024;

    private static readonly TimeSpan LongestSleep = TimeSpan.FromDays(1);

    private readonly TimerWheel _wheel;
    private readonly TimeProvider _time;
    private readonly Action<TimeSpan>? _lag;
    private readonly Action<Exception>? _onError;
    private readonly Thread _thread;

    // A monitor rather than an event: there is no handle that a late Wake could find disposed.
    private readonly object _gate = new();
    private bool _woken;
    private bool _stopping;
    private bool _started;
    private long _errors;

    /// <param name="wheel">The wheel; this driver must be the only one that advances it.</param>
    /// <param name="time">The clock the wheel was made with.</param>
    /// <param name="lag">Told, on the driver's thread, how late each burst was against its first due tick.</param>
    /// <param name="onError">Told, on the driver's thread, what an entry threw although it must not.</param>
    public WheelDriver(TimerWheel wheel, TimeProvider time, Action<TimeSpan>? lag = null, Action<Exception>? onError = null)
    {
        _wheel = wheel;
        _time = time;
        _lag = lag;
        _onError = onError;
        _thread = new Thread(Run) { IsBackground = true, Name = "timer wheel" };
    }

    /// <summary>Exceptions that entries or callbacks threw.</summary>
    public long Errors => Interlocked.Read(ref _errors);

    public void Start()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_stopping, this);
            if (_started)
                throw new InvalidOperationException("The driver runs already.");

            _started = true;
        }

        _wheel.Earlier += Wake;
        _thread.Start();
    }

    /// <summary>Makes the thread look at the clock now. For whoever moves a clock by hand; the wheel does it by itself.</summary>
    public void Wake()
    {
        lock (_gate)
        {
            _woken = true;
            Monitor.Pulse(_gate);
        }
    }

    /// <summary>Stops the thread and waits for it; entries still armed do not fire. From within an entry it does not wait.</summary>
    public void Dispose()
    {
        bool join;
        lock (_gate)
        {
            _stopping = true;
            join = _started && Thread.CurrentThread != _thread;
            Monitor.Pulse(_gate);
        }

        _wheel.Earlier -= Wake;
        if (join)
            _thread.Join();
    }

    private void Run()
    {
        while (!Volatile.Read(ref _stopping))
        {
            try
            {
                Turn();
            }
            catch (Exception error)
            {
                Report(error);
            }
        }
    }

    private void Turn()
    {
        if (!_wheel.TryGetNextDue(out long due))
        {
            Sleep(Timeout.InfiniteTimeSpan);
            return;
        }

        long now = _time.GetTimestamp();
        if (due > now)
        {
            Sleep(_time.GetElapsedTime(now, due));
            return;
        }

        TimeSpan lag = _time.GetElapsedTime(due, now);
        if (_wheel.Advance(now, MaxBurst) > 0)
            _lag?.Invoke(lag);
    }

    private void Sleep(TimeSpan wait)
    {
        // Rounded up to what the operating system counts in: waking before the tick would only mean to sleep again.
        int milliseconds = wait == Timeout.InfiniteTimeSpan
            ? Timeout.Infinite
            : (int)Math.Ceiling((wait < LongestSleep ? wait : LongestSleep).TotalMilliseconds);
        lock (_gate)
        {
            if (!_woken && !_stopping)
                Monitor.Wait(_gate, milliseconds);

            _woken = false;
        }
    }

    private void Report(Exception error)
    {
        Interlocked.Increment(ref _errors);
        try
        {
            _onError?.Invoke(error);
        }
        catch (Exception)
        {
            // Whoever listens to errors failed as well: it is counted above, and the other timers matter more.
        }
    }
}
