using System.Collections.Concurrent;
using System.Globalization;
using Paddlewheel.Engine.Judge;
using Prometheus;
using static Paddlewheel.Engine.Telemetry.MetricCatalogue;

namespace Paddlewheel.Engine.Telemetry;

/// <summary>
/// The metrics of one worker. Only names and numbers: who measures decides what is true. Every method may be called from any
/// thread; those of the walk of a delivery allocate nothing once their label has been seen.
/// </summary>
internal sealed class EngineMetrics
{
    /// <summary>Most functions with series of their own; a guard against a queue whose names never end.</summary>
    public const int MostFunctions = 5000;

    /// <summary>The label of all functions beyond <see cref="MostFunctions"/>; no function can have this name, it has no namespace.</summary>
    public const string OtherFunctions = "other";

    private static readonly double[] Buckets = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800, 7200];

    private readonly CollectorRegistry _registry;
    private readonly MetricFactory _factory;
    private readonly ConcurrentDictionary<(string Queue, string Function), LaneMetrics> _lanes = new();
    private readonly ConcurrentDictionary<string, byte> _functions = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<int, Counter.Child> _pullStatus = new();
    private readonly ConcurrentDictionary<string, Counter.Child> _dropped = new();
    private readonly Counter.Child[] _acks;
    private readonly Counter.Child[] _callbacks;
    private readonly Gauge _pending, _submitted, _retriesWaiting, _leasesHeld, _deliveriesInUse, _deliveries, _deliveriesWaiting;
    private readonly Gauge _slotsBusy, _wheelLag, _wheelTimers, _callbacksInflight, _connected, _ackPending, _maxAckPending, _laneCount, _slots;
    private readonly Gauge _functionLimit, _functionShare, _functionOldest, _cancelledIds;
    private readonly Counter _reconnects, _leaseRenewals, _leasesLost, _pulls, _duplicates, _pullStatuses, _drops, _allocated;

    public EngineMetrics(CollectorRegistry registry)
    {
        _registry = registry;
        _factory = Metrics.WithCustomRegistry(registry);
        // Exemplars would read the ambient activity and allocate on every increment.
        _factory.ExemplarBehavior = ExemplarBehavior.NoExemplars();
        (_pending, _submitted, Inflight) = (NewGauge(Pending), NewGauge(Submitted), NewGauge(MetricCatalogue.Inflight));
        (Processed, Outcomes, Retries) = (NewCounter(MetricCatalogue.Processed), NewCounter(MetricCatalogue.Outcomes), NewCounter(MetricCatalogue.Retries));
        (Duration, QueueWait) = (NewHistogram(MetricCatalogue.Duration), NewHistogram(MetricCatalogue.QueueWait));
        (_reconnects, _leaseRenewals, _leasesLost) = (NewCounter(Reconnects), NewCounter(LeaseRenewals), NewCounter(LeasesLost));
        (_pulls, _pullStatuses, _drops, _duplicates) = (NewCounter(Pulls), NewCounter(PullStatus), NewCounter(MetricCatalogue.Dropped), NewCounter(Duplicates));
        (_retriesWaiting, _leasesHeld, _slotsBusy) = (NewGauge(RetriesWaiting), NewGauge(LeasesHeld), NewGauge(SlotsBusy));
        (_deliveriesInUse, _deliveries, _deliveriesWaiting) = (NewGauge(DeliveriesInUse), NewGauge(MetricCatalogue.Deliveries), NewGauge(DeliveriesWaiting));
        (_wheelLag, _wheelTimers) = (NewGauge(WheelLag), NewGauge(WheelTimers));
        (_callbacksInflight, _connected) = (NewGauge(CallbacksInflight), NewGauge(Connected));
        (_ackPending, _maxAckPending) = (NewGauge(AckPending), NewGauge(MaxAckPending));
        _allocated = NewCounter(Allocated);
        _cancelledIds = NewGauge(CancelledIds);
        (_laneCount, _slots) = (NewGauge(LaneCount), NewGauge(MetricCatalogue.Slots));
        (_functionLimit, _functionShare, _functionOldest) = (NewGauge(FunctionLimit), NewGauge(FunctionShare), NewGauge(FunctionOldest));
        var acks = NewCounter(Acks);
        _acks = [.. Enum.GetValues<AckKind>().Select(kind => acks.WithLabels(Slugs.Of(kind)))];
        var callbacks = NewCounter(Callbacks);
        _callbacks = [.. Enum.GetValues<CallbackOutcome>().Select(outcome => callbacks.WithLabels(Slugs.Of(outcome)))];
    }

    internal Gauge Inflight { get; }

    internal Counter Processed { get; }

    internal Counter Outcomes { get; }

    internal Counter Retries { get; }

    internal Histogram Duration { get; }

    internal Histogram QueueWait { get; }

    /// <summary>A registry of its own, with the process's basic metrics and none of the library's bridges.</summary>
    public static CollectorRegistry NewRegistry()
    {
        var registry = Metrics.NewCustomRegistry();
        DotNetStats.Register(registry);
        return registry;
    }

    /// <summary>The metrics of one lane; the same object for the same names. Static mode has no function (contract 8).</summary>
    public LaneMetrics ForQueue(string queue, string function = "") =>
        _lanes.GetOrAdd((queue, function), static (key, me) => new LaneMetrics(me, key.Queue, key.Function), this);

    /// <summary>The metrics of one function's lane, up to <see cref="MostFunctions"/> functions; the rest share one label.</summary>
    public LaneMetrics ForFunction(string queue, string function) => ForQueue(queue, CappedFunction(function));

    /// <summary>The function's label, or the shared one when there are too many. A function keeps what it once got until it is removed.</summary>
    public string CappedFunction(string function)
    {
        if (_functions.ContainsKey(function))
        {
            return function;
        }

        return _functions.Count < MostFunctions && _functions.TryAdd(function, 0) ? function : OtherFunctions;
    }

    /// <summary>Forgets a function that has been idle for long: a stale value would hold its replicas up.</summary>
    public void RemoveFunction(string queue, string function)
    {
        _functions.TryRemove(function, out _);
        _lanes.TryRemove((queue, function), out _);
        _pending.RemoveLabelled(queue, function);
        Inflight.RemoveLabelled(queue, function);
        _functionLimit.RemoveLabelled(queue, function);
        _functionShare.RemoveLabelled(queue, function);
        _functionOldest.RemoveLabelled(queue, function);
    }

    /// <summary>Counts nothing: what the library builds at its first count is built now.</summary>
    public void Prepare() => _pulls.Inc(0);

    /// <summary>Runs before every scrape: the place to set gauges that are read rather than counted.</summary>
    public void OnCollect(Action refresh) => _registry.AddBeforeCollectCallback(refresh);

    public void SetPending(string queue, string function, long value) => _pending.WithLabels(queue, function).Set(value);

    public void SetSubmitted(string queue, long value) => _submitted.WithLabels(queue).Set(value);

    /// <param name="queue">Queue's name.</param>
    /// <param name="stream">Stream's name: a queue may have an older one beside its own.</param>
    /// <param name="pending">Messages given out and not acknowledged.</param>
    /// <param name="limit">The consumer's limit; 0 or less is none.</param>
    public void SetAckPending(string queue, string stream, long pending, long limit)
    {
        _ackPending.WithLabels(queue, stream).Set(pending);
        if (limit > 0)
        {
            _maxAckPending.WithLabels(queue, stream).Set(limit);
        }
        else
        {
            _maxAckPending.RemoveLabelled(queue, stream);
        }
    }

    /// <summary>The consumer is gone: an old number would be taken for a new one.</summary>
    public void RemoveAckPending(string queue, string stream)
    {
        _ackPending.RemoveLabelled(queue, stream);
        _maxAckPending.RemoveLabelled(queue, stream);
    }

    public void Reconnected() => _reconnects.Inc();

    public void SetConnected(bool connected) => _connected.Set(connected ? 1 : 0);

    public void Acked(AckKind kind) => _acks[(int)kind].Inc();

    public void Pulled() => _pulls.Inc();

    /// <param name="status">Code of the status message, for example 404 or 409.</param>
    public void PullStatusReceived(int status) => _pullStatus.GetOrAdd(status, static (code, all) =>
        all.WithLabels(code.ToString(CultureInfo.InvariantCulture)), _pullStatuses).Inc();

    /// <param name="reason">A constant slug, for example <c>lease_lost</c>: never text from a message.</param>
    public void Dropped(string reason) => _dropped.GetOrAdd(reason, static (slug, all) => all.WithLabels(slug), _drops).Inc();

    public void DuplicateSuppressed() => _duplicates.Inc();

    public void LeaseRenewed() => _leaseRenewals.Inc();

    public void LeaseLost() => _leasesLost.Inc();

    public void SetLeasesHeld(long value) => _leasesHeld.Set(value);

    public void AddLeasesHeld(int delta) => _leasesHeld.Inc(delta);

    public void SetRetriesWaiting(long value) => _retriesWaiting.Set(value);

    public void AddRetriesWaiting(int delta) => _retriesWaiting.Inc(delta);

    public void SetDeliveries(long inUse, long total, long waiting)
    {
        _deliveriesInUse.Set(inUse);
        _deliveries.Set(total);
        _deliveriesWaiting.Set(waiting);
    }

    public void SetCancelledIds(long value) => _cancelledIds.Set(value);

    public void SetLanes(long value) => _laneCount.Set(value);

    public void SetSlots(int value) => _slots.Set(value);

    /// <summary>A function's part in this replica.</summary>
    public void SetFunction(string queue, string function, int share, int limit, double oldestSeconds)
    {
        _functionShare.WithLabels(queue, function).Set(share);
        _functionLimit.WithLabels(queue, function).Set(limit);
        _functionOldest.WithLabels(queue, function).Set(oldestSeconds);
    }

    public void SetAllocated(long bytes) => _allocated.IncTo(bytes);

    public void SetSlotsBusy(long value) => _slotsBusy.Set(value);

    public void AddSlotsBusy(int delta) => _slotsBusy.Inc(delta);

    public void SetWheelLag(TimeSpan lag) => _wheelLag.Set(lag.TotalSeconds);

    public void SetWheelTimers(long value) => _wheelTimers.Set(value);

    public void CallbackStarted() => _callbacksInflight.Inc();

    /// <summary>One post ended, whatever comes next.</summary>
    public void CallbackFinished() => _callbacksInflight.Dec();

    /// <summary>The callback came to its end, retries included.</summary>
    public void CallbackSettled(CallbackOutcome outcome) => _callbacks[(int)outcome].Inc();

    private Gauge NewGauge(MetricEntry entry) => _factory.CreateGauge(entry.Name, entry.Help, entry.Labels);

    private Counter NewCounter(MetricEntry entry) => _factory.CreateCounter(entry.Name, entry.Help, entry.Labels);

    private Histogram NewHistogram(MetricEntry entry) =>
        _factory.CreateHistogram(entry.Name, entry.Help, entry.Labels, new HistogramConfiguration { Buckets = Buckets });
}
