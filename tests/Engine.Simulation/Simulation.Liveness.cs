using Paddlewheel.Engine.Fetch;

namespace Paddlewheel.Engine.Simulation;

/// <content>
/// I8: when the last fault is over, work goes on within R. R is not measured but added up, from what the worker may have to
/// wait for at worst.
/// </content>
internal sealed partial class Simulation
{
    /// <summary>
    /// A free slot may wait for a lane that was busy until now to give up its share (500 ms), for the look once a second, and for
    /// one more at which the prefetch has been adjusted.
    /// </summary>
    private static readonly TimeSpan IdleAtRest = TimeSpan.FromSeconds(3);

    /// <summary>
    /// After a fault: pulls that the server forgot while others kept the inbox alive are written off when they are older than any
    /// pull can be; total silence is noticed sooner, after two heartbeats.
    /// </summary>
    private static readonly TimeSpan IdleAfterFault = CreditGate.LongestPull + IdleAtRest;

    private readonly long[] _idleSince;
    private int _faultsToCome;
    private long _lastFault;
    private int _published;

    /// <summary>Longest gap that was seen, without faults and after the last, and longest way to the first success.</summary>
    public (TimeSpan AtRest, TimeSpan AfterFault, TimeSpan ToSuccess) Longest { get; private set; }

    /// <summary>
    /// No run and no callback comes to its end for longer than this only if nothing is left to do: a dead worker's lease runs out,
    /// silence is noticed, the longest retry is due, the longest call is over, or a callback's try and its wait are.
    /// </summary>
    private TimeSpan Progress =>
        _scenario.AckWait + IdleAfterFault + _scenario.LongestCall + Longer(_scenario.Policy.MaxRetryWait, TimeSpan.FromSeconds(7))
        + _scenario.Policy.CallbackTimeout + _scenario.Policy.CallbackMaxRetryWait;

    /// <summary>The same for the first message that is really done: it may need every try, and every try of its callback.</summary>
    private TimeSpan Success => Progress * (_scenario.Policy.MaxRetryAttempts + _scenario.Policy.CallbackRetryAttempts + 2);

    private static TimeSpan Longer(TimeSpan one, TimeSpan other) => one > other ? one : other;

    private void FaultEnds(long at) => _lastFault = Math.Max(_lastFault, at);

    private void CheckLiveness()
    {
        if (_faultsToCome > 0 || _answersToLose > 0 || _clock.Now <= _lastFault)
        {
            Array.Fill(_idleSince, long.MaxValue);
            return;
        }

        foreach (SimWorker? worker in _workers)
        {
            if (worker is not null)
            {
                CheckIdle(worker);
            }
        }

        if (_book.Settled == _published && !_book.NotCalledBack.Any())
        {
            _workSince = long.MaxValue;
            return;
        }

        _workSince = Math.Min(_workSince, _clock.Now);
        TimeSpan still = Since(Math.Max(_workSince, _book.LastProgress));
        TimeSpan vain = Since(Math.Max(_workSince, _book.LastSuccess));
        Longest = Longest with { ToSuccess = Longer(Longest.ToSuccess, vain) };
        if (still > Progress || vain > Success)
        {
            _book.Fail($"I8: nothing came to its end for {still} (allowed {Progress}), no message was done for {vain} (allowed {Success})");
        }
    }

    private void CheckIdle(SimWorker worker)
    {
        ref long since = ref _idleSince[worker.Index];
        if (!CouldRun(worker))
        {
            since = long.MaxValue;
            return;
        }

        since = Math.Min(since, _clock.Now);
        TimeSpan gap = Since(Math.Max(since, worker.LastStart));
        bool isFaultFree = _scenario.Faults.Count == 0;
        Longest = isFaultFree ? Longest with { AtRest = Longer(Longest.AtRest, gap) } : Longest with { AfterFault = Longer(Longest.AfterFault, gap) };
        if (gap > (isFaultFree ? IdleAtRest : IdleAfterFault))
        {
            _book.Fail($"I8: worker {worker.Index} had a free slot for {gap} while the server had work; {worker.Lanes.Describe()}");
        }
    }

    // A place to stand counts, too: deliveries may all be held by callbacks that wait, or be promised to open pulls.
    private bool CouldRun(SimWorker worker)
    {
        if (!worker.IsConnected || worker.IsDraining || worker.FreeSlots == 0 || !Array.Exists(_servers, server => server.HasWork))
        {
            return false;
        }

        int promised = 0;
        foreach (ModelConsumer server in _servers)
        {
            promised += server.OpenCredit(worker.Index);
        }

        return worker.Pool.Free > promised;
    }

    private TimeSpan Since(long then) => TimeSpan.FromTicks(Math.Max(0, _clock.Now - then));
}
