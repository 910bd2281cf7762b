using Paddlewheel.Engine.Calls;
using Paddlewheel.Engine.Deliveries;
using Paddlewheel.Engine.Judge;
using Paddlewheel.Engine.Telemetry;
using Paddlewheel.Engine.Timing;
using Paddlewheel.Engine.Wire;

namespace Paddlewheel.Engine.Invoke;

/// <summary>What all slots share.</summary>
internal sealed record SlotParts(
    HttpMessageInvoker Client,
    byte[] FunctionPrefix,
    TargetCache Targets,
    TimerWheel Wheel,
    TimeProvider Time,
    IInvocationLog Log,
    TimeSpan Timeout,
    EnvelopeLimits Limits,
    int MaxResponseBytes,
    string UserAgent,
    Quarantine? Quarantine = null,
    CancelledCalls? Cancelled = null);

/// <summary>
/// One place in which a function can run. Reads the message, builds the request, calls, reads the whole answer: and writes
/// the outcome into the delivery. A call is <see cref="TryBegin"/>, <see cref="SendAsync"/>, <see cref="TakeAsync"/>, and <see cref="End"/>;
/// whatever one of the middle two throws goes to <see cref="Fail"/>. The steps are awaited by the slot's loop, which lives as long as the
/// worker, so that no call needs a state machine of its own.
/// </summary>
internal sealed class Slot : IDisposable
{
    /// <summary>A line at the end of a call no longer than this is given the time of its beginning and the call's own; a set clock shows after longer ones.</summary>
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(1);

    private readonly SlotParts _parts;
    private readonly Deadline _deadline;
    private readonly RunningCall _running;
    private readonly SlotTarget _target;
    private readonly ResponseDrain _drain = new();
    private SlotRequest _request;
    private Delivery _delivery = null!;
    private long _started;
    private DateTimeOffset _startedAt;
    private bool _logs;

    public Slot(SlotParts parts)
    {
        _parts = parts;
        _deadline = new Deadline(parts.Wheel, parts.Timeout);
        _running = new RunningCall(_deadline);
        _target = new SlotTarget(parts.FunctionPrefix, parts.Targets);
        _request = new SlotRequest(parts.UserAgent);
    }

    public void Dispose()
    {
        _deadline.Dispose();
        _request.Dispose();
    }

    /// <summary>Ends the call under way if it has this id, from any thread.</summary>
    public bool TryCancel(ReadOnlySpan<byte> callId) => _running.TryCancel(callId);

    /// <summary>Reads the message and makes the request ready; false when there is nothing to call, with the reason in the delivery.</summary>
    public bool TryBegin(Delivery delivery)
    {
        Envelope envelope = delivery.Envelope;
        delivery.Error = envelope.Read(delivery.Buffer, delivery.Length, _parts.Limits);
        if (delivery.Error != EnvelopeError.None)
        {
            return false;
        }

        if (!_target.TryGet(envelope, out Uri target, out EnvelopeError error))
        {
            delivery.Error = error;
            return false;
        }

        if (_parts.Quarantine is { } quarantine && quarantine.Holds(envelope, delivery.DeliveryCount))
        {
            delivery.Error = EnvelopeError.Quarantined;
            return false;
        }

        // The clocks are read here and once at the end; what happens in between says its time by these.
        _started = _parts.Time.GetTimestamp();
        _running.Begin(delivery, _started);
        if (_parts.Cancelled is { } cancelled && cancelled.Holds(envelope))
        {
            _running.End();
            delivery.Error = EnvelopeError.Cancelled;
            return false;
        }

        _delivery = delivery;
        _startedAt = _parts.Time.GetUtcNow();
        Announce(delivery);
        _request.Begin(delivery, target);
        return true;
    }

    /// <summary>Sends the request; the answer's head, when it comes.</summary>
    public Task<HttpResponseMessage> SendAsync() => _parts.Client.SendAsync(_request, _deadline.Token);

    /// <summary>Takes the answer into the delivery, its body too if somebody wants it; at once, if all of it has come.</summary>
    public ValueTask TakeAsync(HttpResponseMessage response)
    {
        _delivery.Result = ResultReader.Read(response);
        return _delivery.Envelope.HasCallback
            ? ResponseKeeper.KeepAsync(response, _delivery.Response, _parts.MaxResponseBytes, _deadline.Token)
            : _drain.ReadAsync(response, _deadline.Token);
    }

    /// <summary>The call has no answer: the delivery is given the reason.</summary>
    public void Fail(Exception exception)
    {
        _delivery.Response.Clear();
        _delivery.Error = _deadline.IsCancelled ? EnvelopeError.Cancelled : EnvelopeError.None;
        _delivery.Result = InvocationResult.Failed(CallFailure.Of(exception, _deadline), default);

        // What an aborted send may still hold is not used for another message.
        _request.End();
        _request = new SlotRequest(_parts.UserAgent);
    }

    /// <summary>The call is over, with an answer or without.</summary>
    public void End()
    {
        Delivery delivery = _delivery;
        _running.End();
        _request.End();
        TimeSpan duration = _parts.Time.GetElapsedTime(_started);
        delivery.Result.Duration = duration;
        delivery.Lane.Metrics.InvocationFinished(duration.TotalSeconds);
        if (_logs)
        {
            Envelope envelope = delivery.Envelope;
            _parts.Log.Invoked(duration < Short ? _startedAt + duration : _parts.Time.GetUtcNow(), envelope.CallId, envelope.Function, delivery.DeliveryCount, delivery.Result.Status, duration.TotalSeconds);
        }
    }

    private void Announce(Delivery delivery)
    {
        Envelope envelope = delivery.Envelope;
        delivery.Lane.Meet(envelope);
        LaneMetrics metrics = delivery.Lane.Metrics;
        metrics.InvocationStarted();
        if (delivery.DeliveryCount == 1)
        {
            metrics.QueueWait((_startedAt - DateTimeOffset.UnixEpoch).TotalSeconds - (delivery.StoredNs / 1e9));
        }

        _logs = _parts.Log.IsEnabled;
        if (_logs)
        {
            _parts.Log.Invoke(_startedAt, envelope.CallId, envelope.Function, delivery.DeliveryCount);
        }
    }
}
