using Microsoft.Extensions.Logging;
using NATS.Client.Core;
using Paddlewheel.Engine.Deliveries;
using Paddlewheel.Engine.Pipeline;
using Paddlewheel.Engine.Retry;
using Paddlewheel.Engine.Telemetry;

namespace Paddlewheel.Engine.Ack;

/// <summary>
/// Takes an answer in, gives it to the server, and lets the delivery go home. One loop: acks from many would contend for
/// NATS.Net's write lock and cost 40 to 130 bytes each. It never refuses: a full ring grows.
/// </summary>
/// <remarks>
/// Nothing is answered without a lease, except success: a late NAK starts a second copy at once, a late ack does no harm
///. While the connection is down the loop waits for it; what is queued goes out in order afterwards.
/// </remarks>
internal sealed class AckBlock : LoopBlock<AckCommand>
{
    private readonly NatsConnection _nats;
    private readonly DeliveryHome _home;
    private readonly TicketBook _tickets;
    private readonly EngineMetrics _metrics;
    private readonly ILogger _log;
    private readonly TimeProvider _time;
    private readonly AckReplay _replay;
    private readonly CancellationToken _abort;
    private long _brokenAt;
    private int _replayDue;

    public AckBlock(NatsConnection nats, DeliveryHome home, TicketBook tickets, EngineMetrics metrics, ILogger log, TimeProvider time, int capacity, CancellationToken abort)
        : base(loops: 1, capacity, grows: true)
    {
        _nats = nats;
        _home = home;
        _tickets = tickets;
        _metrics = metrics;
        _log = log;
        _time = time;
        _replay = new AckReplay(time);
        _abort = abort;
    }

    /// <summary>Completes when everything posted before it has been given to the connection.</summary>
    public Task BarrierAsync()
    {
        TaskCompletionSource passed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        return Ring.TryWrite(AckCommand.Barrier(passed)) ? passed.Task : Task.CompletedTask;
    }

    /// <summary>The socket broke: what was sent just before may not have arrived.</summary>
    public void ConnectionLost() => Volatile.Write(ref _brokenAt, _time.GetTimestamp());

    /// <summary>The socket is back: the next turn of the loop repeats the last acks first.</summary>
    public void ConnectionBack()
    {
        if (Volatile.Read(ref _brokenAt) != 0)
        {
            Volatile.Write(ref _replayDue, 1);
            Ring.TryWrite(default);
        }
    }

    protected override async Task RunLoopAsync(int loop)
    {
        WaitRing<AckCommand>.Waiter waiter = new();
        try
        {
            while (await Ring.ReadAsync(waiter).ConfigureAwait(false))
            {
                AckCommand command = waiter.Item;
                waiter.Item = default;
                do
                {
                    if (Volatile.Read(ref _replayDue) == 1)
                    {
                        await ReplayAsync().ConfigureAwait(false);
                    }

                    ValueTask sending = Send(command);
                    if (!sending.IsCompletedSuccessfully)
                    {
                        await PatientlyAsync(sending, command).ConfigureAwait(false);
                    }

                    Settle(command);
                }
                while (Ring.TryRead(out command));
            }
        }
        catch (Exception exception)
        {
            FaultFrom(exception);
            throw;
        }
    }

    private ValueTask Send(in AckCommand command)
    {
        string? replyTo = command.Delivery?.ReplyTo ?? command.ReplyTo;
        if (replyTo is null || !MayBeSent(command))
        {
            return default;
        }

        _metrics.Acked(command.Kind);
        if (command.Kind is AckKind.Ack or AckKind.Term)
        {
            _replay.Remember(replyTo, command.Kind);
        }

        return PublishAsync(replyTo, command);
    }

    private bool MayBeSent(in AckCommand command)
    {
        if (command.Delivery is not { } delivery)
        {
            return command.Ticket is not { } ticket || (ticket.IsOfThisStream && !_tickets.HasLostItsLease(ticket));
        }

        if (!delivery.IsOfThisStream)
        {
            return false;
        }

        if (command.Kind == AckKind.InProgress)
        {
            return delivery.Generation == command.Generation && delivery.State != DeliveryState.Answered && _home.TryRenewLease(delivery);
        }

        return command.Kind == AckKind.Ack || !_home.LeaseIsLost(delivery);
    }

    private ValueTask PublishAsync(string replyTo, in AckCommand command) => _nats.PublishAsync(
        replyTo,
        new AckPayload(command.Kind, (long)(command.Delay.TotalMilliseconds * 1_000_000), Reason(command.Reason)),
        serializer: AckPayloadSerializer.Instance,
        cancellationToken: _abort);

    // Before 2.10.4 the server ignores a TERM that carries a reason, and delivers the message again.
    private string? Reason(string? reason) => reason is null || ServerVersion.Of(_nats) < ServerVersion.TermReason ? null : reason;

    // A write that did not go through at once waits for the socket, for as long as that takes; only the abort ends it.
    private async ValueTask PatientlyAsync(ValueTask sending, AckCommand command)
    {
        while (true)
        {
            try
            {
                await sending.ConfigureAwait(false);
                return;
            }
            catch (OperationCanceledException) when (_abort.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception) when (exception is NatsException or OperationCanceledException or IOException or ObjectDisposedException or TimeoutException)
            {
                if (exception is ObjectDisposedException || _nats.ConnectionState == NatsConnectionState.Failed)
                {
                    throw;
                }

                _log.AckNotSent(command.Kind.ToString(), exception.Message);
                await Task.Delay(TimeSpan.FromMilliseconds(100), _time, _abort).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                if (_abort.IsCancellationRequested || !MayBeSent(command))
                {
                    return;
                }

                string? replyTo = command.Delivery?.ReplyTo ?? command.ReplyTo;
                sending = PublishAsync(replyTo!, command);
            }
        }
    }

    private void Settle(in AckCommand command)
    {
        command.Passed?.TrySetResult();
        if (command.Kind == AckKind.InProgress)
        {
            return;
        }

        if (command.Delivery is { } delivery)
        {
            _home.Release(delivery, command.Kind is AckKind.Ack or AckKind.Term);
        }
        else if (command.Ticket is { } ticket)
        {
            _tickets.Close(ticket);
        }
    }

    private async ValueTask ReplayAsync()
    {
        Volatile.Write(ref _replayDue, 0);
        long brokenAt = Interlocked.Exchange(ref _brokenAt, 0);
        try
        {
            foreach ((string replyTo, AckKind kind) in _replay.Since(brokenAt).ToArray())
            {
                await _nats.PublishAsync(replyTo, new AckPayload(kind, 0, null), serializer: AckPayloadSerializer.Instance, cancellationToken: _abort).ConfigureAwait(false);
            }
        }
        catch (Exception exception) when (exception is NatsException or OperationCanceledException or IOException)
        {
            // It broke again: the next reconnect repeats them.
            Interlocked.CompareExchange(ref _brokenAt, brokenAt, 0);
            _log.AckNotSent("replay", exception.Message);
        }
    }
}
