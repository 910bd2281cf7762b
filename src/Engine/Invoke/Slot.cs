using System.Buffers;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
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
/// the outcome into the delivery. Whatever the network can do becomes a result, never an exception.
/// </summary>
internal sealed class Slot : IDisposable
{
    /// <summary>Answers that nobody asked for are read up to here, so that the connection can be used again.</summary>
    private const int DrainBytes = 1024 * 1024;

    /// <summary>A line at the end of a call no longer than this is given the time of its beginning and the call's own; a set clock shows after longer ones.</summary>
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(1);

    private readonly SlotParts _parts;
    private readonly Deadline _deadline;
    private readonly RunningCall _running;
    private readonly SlotTarget _target;
    private byte[] _drain = [];
    private SlotRequest _request;

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

    /// <summary>Calls the delivery's function and fills in its result.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public async ValueTask InvokeAsync(Delivery delivery)
    {
        Envelope envelope = delivery.Envelope;
        delivery.Error = envelope.Read(delivery.Buffer, delivery.Length, _parts.Limits);
        if (delivery.Error != EnvelopeError.None)
        {
            return;
        }

        if (!_target.TryGet(envelope, out Uri target, out EnvelopeError error))
        {
            delivery.Error = error;
            return;
        }

        if (_parts.Quarantine is { } quarantine && quarantine.Holds(envelope, delivery.DeliveryCount))
        {
            delivery.Error = EnvelopeError.Quarantined;
            return;
        }

        // The clocks are read here and once at the end; what happens in between says its time by these.
        long started = _parts.Time.GetTimestamp();
        _running.Begin(delivery, started);
        if (_parts.Cancelled is { } cancelled && cancelled.Holds(envelope))
        {
            _running.End();
            delivery.Error = EnvelopeError.Cancelled;
            return;
        }

        DateTimeOffset startedAt = _parts.Time.GetUtcNow();
        bool logs = _parts.Log.IsEnabled;
        delivery.Lane.Meet(envelope);
        LaneMetrics metrics = delivery.Lane.Metrics;
        metrics.InvocationStarted();
        if (delivery.DeliveryCount == 1)
        {
            metrics.QueueWait((startedAt - DateTimeOffset.UnixEpoch).TotalSeconds - (delivery.StoredNs / 1e9));
        }

        if (logs)
        {
            _parts.Log.Invoke(startedAt, envelope.CallId, envelope.Function, delivery.DeliveryCount);
        }

        _request.Begin(delivery, target);
        bool clean = false;
        try
        {
            using HttpResponseMessage response = await _parts.Client.SendAsync(_request, _deadline.Token).ConfigureAwait(false);
            InvocationResult result = ResultReader.Read(response);
            if (envelope.HasCallback)
            {
                await ResponseKeeper.KeepAsync(response, delivery.Response, _parts.MaxResponseBytes, _deadline.Token).ConfigureAwait(false);
            }
            else
            {
                await DrainAsync(response).ConfigureAwait(false);
            }

            delivery.Result = result;
            clean = true;
        }
        catch (Exception exception)
        {
            delivery.Response.Clear();
            delivery.Error = _deadline.IsCancelled ? EnvelopeError.Cancelled : EnvelopeError.None;
            delivery.Result = InvocationResult.Failed(Classify(exception), default);
        }

        _running.End();
        _request.End();
        if (!clean)
        {
            // What an aborted send may still hold is not used for another message.
            _request = new SlotRequest(_parts.UserAgent);
        }

        TimeSpan duration = _parts.Time.GetElapsedTime(started);
        delivery.Result.Duration = duration;
        metrics.InvocationFinished(duration.TotalSeconds);
        if (logs)
        {
            _parts.Log.Invoked(duration < Short ? startedAt + duration : _parts.Time.GetUtcNow(), envelope.CallId, envelope.Function, delivery.DeliveryCount, delivery.Result.Status, duration.TotalSeconds);
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask DrainAsync(HttpResponseMessage response)
    {
        if (_drain.Length == 0)
        {
            _drain = new byte[4096];
        }

        Stream body = response.Content.ReadAsStream(CancellationToken.None);
        long total = 0;
        int read;
        while ((read = await body.ReadAsync(_drain, _deadline.Token).ConfigureAwait(false)) > 0)
        {
            total += read;
            if (total > DrainBytes)
            {
                // Nobody asked for it: the connection is closed instead.
                return;
            }
        }
    }

    private InvocationError Classify(Exception exception)
    {
        if (_deadline.HasPassed)
        {
            return InvocationError.Timeout;
        }

        if (_deadline.IsCancelled)
        {
            return InvocationError.Cancelled;
        }

        return exception switch
        {
            HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError } => InvocationError.Connect,
            HttpRequestException { HttpRequestError: HttpRequestError.InvalidResponse or HttpRequestError.ConfigurationLimitExceeded } => InvocationError.Protocol,
            OperationCanceledException => InvocationError.Connect,
            HttpIOException { HttpRequestError: HttpRequestError.InvalidResponse } => InvocationError.Protocol,
            HttpRequestException or IOException or SocketException => InvocationError.Reset,
            _ => InvocationError.Protocol,
        };
    }
}
