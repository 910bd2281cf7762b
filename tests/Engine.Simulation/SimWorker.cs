using System.Buffers;
using System.Text;
using System.Threading.Tasks.Dataflow;
using Microsoft.Extensions.Logging.Abstractions;
using Paddlewheel.Engine.Ack;
using Paddlewheel.Engine.Deliveries;
using Paddlewheel.Engine.Fetch;
using Paddlewheel.Engine.Judge;
using Paddlewheel.Engine.Lanes;
using Paddlewheel.Engine.Pipeline;
using Paddlewheel.Engine.Retry;
using Paddlewheel.Engine.Telemetry;
using Paddlewheel.Engine.Timing;

namespace Paddlewheel.Engine.Simulation;

/// <summary>
/// One worker process: the real rooms, wired as Blocks wires them, with the three that need a network played by the
/// simulation: slots, ack loop and pull loop. One life; a restart is a new object.
/// </summary>
internal sealed class SimWorker
{
    private readonly Scenario _scenario;
    private readonly Variant _variant;
    private readonly RunBook _book;
    private readonly ISimNetwork _network;
    private readonly SimClock _clock;
    private readonly Queue<Delivery> _waiting = [];
    private readonly CreditGate _gate;
    private readonly FetchBlock _fetch;
    private readonly JudgeBlock _judge;
    private readonly RetryBlock _retries;
    private readonly LeaseKeeper _leases;
    private readonly Lane _lane;
    private int _busy;
    private int _taken;
    private int _refused;
    private int _suppressed;

    public SimWorker(int index, int process, Scenario scenario, Variant variant, SimClock clock, RunBook book, ISimNetwork network, EngineMetrics metrics)
    {
        (Index, Process, _scenario, _variant, _clock, _book, _network) = (index, process, scenario, variant, clock, book, network);
        int size = (scenario.MaxInflight * 2) + scenario.Prefetch + 4;
        Pool = new DeliveryPool(size);
        Wheel = new TimerWheel(clock);
        DeliveryHome home = new(Pool, metrics, NullLogger.Instance, clock);
        Tickets = new TicketBook(Wheel, clock);
        Acks = new SimAckLoop(home, Tickets, clock, network, this);
        Tickets.SendTo(Acks.Target);
        _lane = new Lane("OF_sim", "sim", scenario.AckWait, size, metrics.ForQueue("sim"));
        _gate = new CreditGate(_lane, new CreditShare(scenario.MaxInflight, clock).Join(_lane), Pool, scenario.Prefetch, clock);
        _lane.OnRoomMade(_gate.RoomMade);
        _fetch = new FetchBlock(_lane, _gate, Pool, home, new InlineBlock<Delivery>(_waiting.Enqueue), Acks.Target, metrics, NullLogger.Instance, clock);
        _retries = new RetryBlock(Tickets, home, Acks.Target, clock);
        _judge = new JudgeBlock(new RetryPolicies(RetryPolicy.From(scenario.Policy)), Acks.Target, new InlineBlock<Delivery>(Retry), new InlineBlock<Delivery>(_ => throw new SimulationFailedException("no message has a callback")), metrics, NullLogger.Instance, clock, scenario.Random);
        _leases = new LeaseKeeper(Pool, Wheel, Acks.Target, clock, scenario.AckWait);
        if (variant != Variant.NoLeaseKeeper)
        {
            _leases.Start();
        }
    }

    /// <summary>Place in the simulation; the server knows a worker by it.</summary>
    public int Index { get; }

    /// <summary>Unique over all lives.</summary>
    public int Process { get; }

    public DeliveryPool Pool { get; }

    public TimerWheel Wheel { get; }

    public TicketBook Tickets { get; }

    public SimAckLoop Acks { get; }

    /// <summary>Messages that came in.</summary>
    public int Received { get; private set; }

    /// <summary>Deliveries that went home while their retry waits on the wheel.</summary>
    public int ToTickets { get; private set; }

    public bool IsConnected { get; set; } = true;

    public bool IsDraining { get; private set; }

    /// <summary>Stands still until then.</summary>
    public long PausedUntil { get; set; }

    public bool IsIdle => Pool.InUse == 0 && _busy == 0 && Acks.IsEmpty;

    public int FreeSlots => _scenario.MaxInflight - _busy;

    public int Outstanding => _gate.Outstanding;

    public void ReceiveMessage(string replyTo)
    {
        Received++;
        if (_variant == Variant.NoRegistry)
        {
            _lane.Registry.Clear();
        }

        (int held, int queued) = (Pool.InUse, Acks.Queued);
        _fetch.ReceiveMessage(replyTo, new ReadOnlySequence<byte>("{}"u8.ToArray()));
        if (Pool.InUse > held)
        {
            _taken++;
        }
        else if (Acks.Queued > queued)
        {
            _refused++;
        }
        else
        {
            _suppressed++;
        }
    }

    public void ReceiveStatus(int pull, string line) => _fetch.ReceiveStatus(pull, new ReadOnlySequence<byte>(Encoding.ASCII.GetBytes($"NATS/1.0 {line}\r\n\r\n")));

    /// <summary>The connection is back: as LaneSupervisor and AckBlock do it.</summary>
    public void ConnectionBack()
    {
        IsConnected = true;
        _gate.VoidAll();
        Acks.ConnectionBack();
    }

    /// <summary>As Drain does it.</summary>
    public void StartDraining()
    {
        IsDraining = true;
        _fetch.StartDraining();
        _retries.StartDraining();
        while (_waiting.TryDequeue(out Delivery? delivery))
        {
            delivery.State = DeliveryState.Answered;
            _lane.SlotFreed(completed: false);
            Acks.Target.Post(AckCommand.Nak(delivery, TimeSpan.Zero));
        }

        Tickets.HandOver();
    }

    /// <summary>What a worker does whenever it gets the processor: timers, slots, answers, pulls.</summary>
    public void Turn()
    {
        while (Wheel.Advance(_clock.Now, 1000) > 0)
        {
        }

        while (_waiting.Count > 0 && (_busy < _scenario.MaxInflight || _variant == Variant.NoSlots))
        {
            Invoke(_waiting.Dequeue());
        }

        if (IsConnected)
        {
            Acks.Turn();
        }

        while (IsConnected && !IsDraining && _gate.TryAsk(out int pull, out int batch))
        {
            _network.Pull(this, pull, batch);
        }
    }

    /// <summary>Rules that hold at every moment.</summary>
    public void Check()
    {
        if (_busy > _scenario.MaxInflight)
        {
            throw new SimulationFailedException($"{_busy} calls at once, allowed are {_scenario.MaxInflight}");
        }

        if (_gate.Outstanding > Pool.Free)
        {
            throw new SimulationFailedException($"asked for {_gate.Outstanding} messages with {Pool.Free} places");
        }

        if (Received != _taken + _refused + _suppressed || _taken != Acks.Settled + ToTickets + Pool.InUse)
        {
            throw new SimulationFailedException($"received {Received}: taken {_taken}, refused {_refused}, known {_suppressed}; of these answered {Acks.Settled}, waiting as tickets {ToTickets}, held {Pool.InUse}");
        }

        if (_variant != Variant.NoRegistry && _lane.Registry.Count != Pool.InUse)
        {
            throw new SimulationFailedException($"{Pool.InUse} deliveries in use, {_lane.Registry.Count} sequences known");
        }
    }

    private void Invoke(Delivery delivery)
    {
        _busy++;
        delivery.State = DeliveryState.Invoking;
        ulong sequence = delivery.StreamSequence;
        int run = _book.Runs(sequence);
        _book.Started(sequence, Process);
        if (_variant == Variant.AckBeforeInvoke)
        {
            _network.Answer(this, delivery.ReplyTo, AckKind.Ack, TimeSpan.Zero);
        }

        _network.After(_scenario.Behaviours[(int)sequence - 1].Duration, this, () => Finish(delivery, sequence, run));
    }

    private void Finish(Delivery delivery, ulong sequence, int run)
    {
        _busy--;
        delivery.Result = _scenario.Result(sequence, run);
        _lane.SlotFreed(completed: true);
        _judge.Accept(delivery);
        if (delivery.Verdict.Kind != VerdictKind.Retry)
        {
            _book.Ended(sequence, Process, delivery.Verdict);
        }
    }

    private void Retry(Delivery delivery)
    {
        _book.Ended(delivery.StreamSequence, Process, delivery.Verdict);
        switch (_variant)
        {
            case Variant.NoBackoff:
                delivery.Verdict = delivery.Verdict with { Delay = TimeSpan.Zero };
                break;
            case Variant.AckInsteadOfRetry:
                delivery.State = DeliveryState.Answered;
                Acks.Target.Post(AckCommand.Ack(delivery));
                return;
        }

        int held = Pool.InUse;
        _retries.Accept(delivery);
        ToTickets += held - Pool.InUse;
    }
}
