using System.Threading.Tasks.Dataflow;
using Microsoft.Extensions.Logging.Abstractions;
using NATS.Client.Core;
using Paddlewheel.Engine.Ack;
using Paddlewheel.Engine.Deliveries;
using Paddlewheel.Engine.Pipeline;
using Paddlewheel.Engine.Retry;
using Paddlewheel.Engine.Telemetry;
using Paddlewheel.Engine.Timing;

namespace Paddlewheel.Engine.Simulation;

/// <summary>
/// Drives the real AckBlock step by step over a connection of the simulation's own, and keeps the account of its answers (I11):
/// of every command that went in, what became of it.
/// </summary>
internal sealed class SimAcks : IAckSender
{
    private readonly Queue<AckCommand> _commands = [];
    private readonly HashSet<string> _ended = [];
    private readonly AckBlock _block;
    private readonly ISimNetwork _network;
    private readonly SimWorker _worker;
    private readonly SimClock _clock;
    private readonly RunBook _book;
    private readonly Random _random;
    private ValueTask _step;
    private bool _stepping;
    private AckCommand _current;
    private long _leaseUntil;
    private int _sent;
    private (TaskCompletionSource Done, string ReplyTo, AckPayload Payload)? _stuck;

    public SimAcks(DeliveryHome home, TicketBook tickets, TimerWheel wheel, EngineMetrics metrics, TimeProvider time, SimClock clock, RunBook book, ISimNetwork network, SimWorker worker, Random random)
    {
        (_network, _worker, _clock, _book, _random) = (network, worker, clock, book, random);
        _block = new AckBlock(this, home, tickets, wheel, metrics, NullLogger.Instance, time, 16, CancellationToken.None);
        Target = new InlineBlock<AckCommand>(command =>
        {
            _commands.Enqueue(command);
            _block.Post(command);
        });
    }

    public ITargetBlock<AckCommand> Target { get; }

    public bool IsEmpty => _commands.Count == 0 && !_stepping && _block.Waiting == 0;

    public int Queued => _commands.Count + (_stepping ? 1 : 0);

    /// <summary>Deliveries whose answer was given to the connection, by what it said.</summary>
    public int Acked { get; private set; }

    public int Naked { get; private set; }

    public int Terminated { get; private set; }

    /// <summary>Deliveries that nothing was said about, because their lease was over.</summary>
    public int Withheld { get; private set; }

    /// <summary>Retries that waited on the wheel and were asked for, or withheld.</summary>
    public int TicketsAnswered { get; private set; }

    bool IAckSender.IsOpen => _worker.IsConnected;

    bool IAckSender.HasFailed => false;

    bool IAckSender.TakesReasons => true;

    public void ConnectionLost() => _block.ConnectionLost();

    /// <summary>What waited for the socket goes out, or is given up by the client after all.</summary>
    public void ConnectionBack()
    {
        _block.ConnectionBack();
        _commands.Enqueue(default);
        if (_stuck is not { } stuck)
        {
            return;
        }

        _stuck = null;
        if (_random.Next(3) == 0)
        {
            stuck.Done.SetException(new NatsException("given up"));
            return;
        }

        Put(stuck.ReplyTo, stuck.Payload);
        stuck.Done.SetResult();
    }

    public void Turn()
    {
        while (true)
        {
            if (_stepping)
            {
                if (!_step.IsCompleted)
                {
                    return;
                }

                _step.GetAwaiter().GetResult();
                _stepping = false;
                Account();
            }

            if (!_commands.TryDequeue(out _current))
            {
                return;
            }

            _sent = 0;
            _leaseUntil = LeaseOf(_current);
            _stepping = _block.TryStep(out _step);
            if (!_stepping)
            {
                _book.Fail("I11: a command is gone from the ack block");
            }
        }
    }

    ValueTask IAckSender.SendAsync(string replyTo, AckPayload payload, CancellationToken abort)
    {
        if (_worker.IsConnected)
        {
            Put(replyTo, payload);
            return default;
        }

        if (_random.Next(4) == 0)
        {
            return ValueTask.FromException(new NatsException("not connected"));
        }

        _stuck = (new TaskCompletionSource(), replyTo, payload);
        return new ValueTask(_stuck.Value.Done.Task);
    }

    private void Put(string replyTo, AckPayload payload)
    {
        // Other answers in the same step are repeats after a reconnect, also of a subject that was given up for a newer one.
        bool isRepeat = replyTo != (_current.Delivery?.ReplyTo ?? _current.ReplyTo) || (payload.Kind is AckKind.Ack or AckKind.Term && !_ended.Add(replyTo));
        if (isRepeat && payload.Kind is not (AckKind.Ack or AckKind.Term))
        {
            _book.Fail($"{payload.Kind} was repeated: {replyTo}");
        }

        if (!isRepeat)
        {
            _sent++;
            if (payload.Kind is AckKind.Nak or AckKind.Term && _clock.Now > LeaseOf(_current))
            {
                _book.Fail($"{payload.Kind} without a lease: {replyTo}");
            }
        }

        _network.Answer(_worker, replyTo, payload.Kind, TimeSpan.FromTicks(payload.DelayNs / 100));
    }

    // Asked again when it goes out: a message that comes anew meanwhile brings a lease anew.
    private static long LeaseOf(in AckCommand command) =>
        command.Delivery is { } delivery ? (delivery.LeaseLost ? 0 : delivery.LeaseUntil) : command.Ticket?.LeaseUntil ?? long.MaxValue;

    // Every command comes to exactly one end.
    private void Account()
    {
        if (_current.Kind == AckKind.InProgress || (_current.Delivery is null && _current.Ticket is null))
        {
            return;
        }

        bool mayBeSilent = _current.Kind != AckKind.Ack && _clock.Now > _leaseUntil;
        if (_sent > 1 || (_sent == 0 && !mayBeSilent))
        {
            _book.Fail($"I11: {_current.Kind} was sent {_sent} times");
        }

        if (_current.Ticket is not null)
        {
            TicketsAnswered++;
            return;
        }

        Withheld += _sent == 0 ? 1 : 0;
        Acked += _sent > 0 && _current.Kind == AckKind.Ack ? 1 : 0;
        Naked += _sent > 0 && _current.Kind == AckKind.Nak ? 1 : 0;
        Terminated += _sent > 0 && _current.Kind == AckKind.Term ? 1 : 0;
    }
}
