using Microsoft.Extensions.Logging;
using NATS.Client.Core;
using Paddlewheel.Engine.Deliveries;
using Paddlewheel.Engine.Pipeline;
using Paddlewheel.Engine.Retry;
using Paddlewheel.Engine.Telemetry;
using Paddlewheel.Engine.Timing;

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
    private readonly IAckSender _sender;
    private readonly WaitRing<AckCommand> _ring;
    private readonly AckRule _rule;
    private readonly DeliveryHome _home;
    private readonly TicketBook _tickets;
    private readonly EngineMetrics _metrics;
    private readonly ILogger _log;
    private readonly TimeProvider _time;
    private readonly AckReplay _replay;
    private readonly CancellationToken _abort;
    private long _brokenAt;
    private int _replayDue;

    public AckBlock(IAckSender sender, DeliveryHome home, TicketBook tickets, TimerWheel wheel, EngineMetrics metrics, ILogger log, TimeProvider time, int capacity, CancellationToken abort)
        : this(sender, new WaitRing<AckCommand>(capacity, loops: 1, grows: true), home, tickets, wheel, metrics, log, time, abort)
    {
    }

    private AckBlock(IAckSender sender, WaitRing<AckCommand> ring, DeliveryHome home, TicketBook tickets, TimerWheel wheel, EngineMetrics metrics, ILogger log, TimeProvider time, CancellationToken abort)
        : base(loops: 1, new AckBatch(ring, wheel))
    {
        _sender = sender;
        _ring = ring;
        _rule = new AckRule(home, tickets);
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
        return _ring.TryWrite(AckCommand.Barrier(passed)) ? passed.Task : Task.CompletedTask;
    }

    /// <summary>The socket broke: what was sent just before may not have arrived.</summary>
    public void ConnectionLost() => Volatile.Write(ref _brokenAt, _time.GetTimestamp());

    /// <summary>The socket is back: the next turn of the loop repeats the last acks first.</summary>
    public void ConnectionBack()
    {
        if (Volatile.Read(ref _brokenAt) != 0)
        {
            Volatile.Write(ref _replayDue, 1);
            _ring.TryWrite(default);
        }
    }

    /// <summary>
    /// One turn of the loop, for whoever drives the block without <see cref="LoopBlock{T}.Start"/>: answers the next command that
    /// waits, if there is one. <paramref name="step"/> ends when it is settled; no other step may begin before.
    /// </summary>
    public bool TryStep(out ValueTask step)
    {
        bool any = _ring.TryRead(out AckCommand command);
        step = any ? Answer(command) : default;
        return any;
    }

    protected override async Task RunLoopAsync(int loop)
    {
        WaitRing<AckCommand>.Waiter waiter = new();
        try
        {
            while (await _ring.ReadAsync(waiter).ConfigureAwait(false))
            {
                AckCommand command = waiter.Item;
                waiter.Item = default;
                do
                {
                    ValueTask answering = Answer(command);
                    if (!answering.IsCompletedSuccessfully)
                    {
                        await answering.ConfigureAwait(false);
                    }
                }
                while (_ring.TryRead(out command));
            }
        }
        catch (Exception exception)
        {
            FaultFrom(exception);
            throw;
        }
    }

    private ValueTask Answer(in AckCommand command)
    {
        ValueTask sending = Volatile.Read(ref _replayDue) == 1 ? ReplayAndSendAsync(command) : Send(command);
        if (!sending.IsCompletedSuccessfully)
        {
            return PatientlyAsync(sending, command);
        }

        Settle(command);
        return default;
    }

    private ValueTask Send(in AckCommand command)
    {
        string? replyTo = command.Delivery?.ReplyTo ?? command.ReplyTo;
        if (replyTo is not null && command.Kind != AckKind.Ack && IsShut)
        {
            return WhenOpenAsync(command);
        }

        if (replyTo is null || !_rule.Allows(command))
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

    private ValueTask PublishAsync(string replyTo, in AckCommand command) => _sender.SendAsync(
        replyTo,
        new AckPayload(command.Kind, (long)(command.Delay.TotalMilliseconds * 1_000_000), command.Reason is not null && _sender.TakesReasons ? command.Reason : null),
        _abort);

    private bool IsShut => !_sender.IsOpen && !_sender.HasFailed && !_abort.IsCancellationRequested;

    // The client would keep it for the socket, and send it then whatever became of its lease meanwhile.
    private async ValueTask WhenOpenAsync(AckCommand command)
    {
        await PauseAsync(command.Kind).ConfigureAwait(false);
        await Send(command).ConfigureAwait(false);
    }

    private async Task PauseAsync(AckKind kind)
    {
        do
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), _time, _abort).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        while (kind != AckKind.Ack && IsShut);
    }

    // A write that did not go through at once waits for the socket, for as long as that takes; only the abort ends it.
    private async ValueTask PatientlyAsync(ValueTask sending, AckCommand command)
    {
        while (true)
        {
            try
            {
                await sending.ConfigureAwait(false);
                break;
            }
            catch (OperationCanceledException) when (_abort.IsCancellationRequested)
            {
                break;
            }
            catch (Exception exception) when (exception is NatsException or OperationCanceledException or IOException or ObjectDisposedException or TimeoutException)
            {
                if (exception is ObjectDisposedException || _sender.HasFailed)
                {
                    throw;
                }

                _log.AckNotSent(command.Kind.ToString(), exception.Message);
                await PauseAsync(command.Kind).ConfigureAwait(false);
                if (_abort.IsCancellationRequested || !_rule.Allows(command))
                {
                    break;
                }

                string? replyTo = command.Delivery?.ReplyTo ?? command.ReplyTo;
                sending = PublishAsync(replyTo!, command);
            }
        }

        Settle(command);
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

    private async ValueTask ReplayAndSendAsync(AckCommand command)
    {
        await ReplayAsync().ConfigureAwait(false);
        await Send(command).ConfigureAwait(false);
    }

    private async ValueTask ReplayAsync()
    {
        Volatile.Write(ref _replayDue, 0);
        long brokenAt = Interlocked.Exchange(ref _brokenAt, 0);
        try
        {
            foreach ((string replyTo, AckKind kind) in _replay.Since(brokenAt).ToArray())
            {
                await _sender.SendAsync(replyTo, new AckPayload(kind, 0, null), _abort).ConfigureAwait(false);
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
