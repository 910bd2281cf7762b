using Paddlewheel.Engine.Judge;
using Prometheus;

namespace Paddlewheel.Engine.Telemetry;

/// <summary>The metrics of one lane with their labels already bound, so that a delivery's walk looks nothing up.</summary>
internal sealed class LaneMetrics
{
    private readonly Gauge.Child _inflight;
    private readonly Counter.Child _processed;
    private readonly Histogram.Child _duration;
    private readonly Histogram.Child _queueWait;
    private readonly Counter.Child[] _outcomes;
    private readonly Counter.Child[] _retries;

    internal LaneMetrics(EngineMetrics metrics, string queue, string function)
    {
        _inflight = metrics.Inflight.WithLabels(queue, function);
        _processed = metrics.Processed.WithLabels(queue);
        _duration = metrics.Duration.WithLabels(queue);
        _queueWait = metrics.QueueWait.WithLabels(queue);
        _outcomes = [.. Enum.GetValues<Outcome>().Select(outcome => metrics.Outcomes.WithLabels(queue, Slugs.Of(outcome)))];
        _retries = [.. Enum.GetValues<RetryReason>().Select(reason => metrics.Retries.WithLabels(queue, Slugs.Of(reason)))];
    }

    public void InvocationStarted() => _inflight.Inc();

    /// <param name="seconds">Time of the invocation.</param>
    public void InvocationFinished(double seconds)
    {
        _inflight.Dec();
        _duration.Observe(seconds);
    }

    /// <param name="seconds">Time from publish to the first invocation; clocks of two machines may make it negative, then 0.</param>
    public void QueueWait(double seconds) => _queueWait.Observe(Math.Max(0, seconds));

    /// <summary>The message came to an end: the contract's counter and ours by outcome.</summary>
    public void Settled(Outcome outcome)
    {
        _processed.Inc();
        _outcomes[(int)outcome].Inc();
    }

    public void Retried(RetryReason reason) => _retries[(int)reason].Inc();
}
