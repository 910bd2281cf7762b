using System.Text;
using System.Threading.Tasks.Dataflow;
using Microsoft.Extensions.Logging.Abstractions;
using Paddlewheel.Engine.Ack;
using Paddlewheel.Engine.Callback;
using Paddlewheel.Engine.Deliveries;
using Paddlewheel.Engine.Invoke;
using Paddlewheel.Engine.Judge;
using Paddlewheel.Engine.Pipeline;
using Paddlewheel.Engine.Retry;
using Paddlewheel.Engine.Telemetry;
using Paddlewheel.Engine.Tests.Invoke;
using Paddlewheel.Engine.Timing;
using Paddlewheel.Engine.Wire;

namespace Paddlewheel.Engine.Simulation;

/// <summary>
/// One worker process: the real rooms, wired as Blocks wires them. What needs threads or a connection is stepped by the
/// simulation: the loops of the slots, of the acks and of the pulls. One life; a restart is a new object.
/// </summary>
internal sealed partial class SimWorker
{
    private readonly Scenario _scenario;
    private readonly Variant _variant;
    private readonly RunBook _book;
    private readonly ISimNetwork _network;
    private readonly SimClock _clock;
    private readonly TextWriter? _trace;
    private readonly Queue<Delivery> _waiting = [];
    private readonly Stack<Slot> _slots = [];
    private readonly SlotParts _parts;
    private readonly SimScheduler _scheduler = new();
    private readonly ActionBlock<Delivery> _callbacks;
    private readonly JudgeBlock _judge;
    private readonly RetryBlock _retries;

    public SimWorker(int index, int process, Scenario scenario, Variant variant, SimClock clock, RunBook book, ISimNetwork network, EngineMetrics metrics, Func<ReceiverMood> mood, TextWriter? trace)
    {
        (Index, Process, _scenario, _variant, _clock, _book, _network, _trace) = (index, process, scenario, variant, clock, book, network, trace);
        ProcessTime time = new(clock, (delay, action) => network.After(delay, this, action));
        Pool = new DeliveryPool(scenario.PoolSize);
        Wheel = new TimerWheel(time);
        DeliveryHome home = new(Pool, metrics, NullLogger.Instance, time);
        Tickets = new TicketBook(Wheel, time);
        Acks = new SimAcks(home, Tickets, Wheel, metrics, time, clock, book, network, this, scenario.Random);
        Tickets.SendTo(Acks.Target);
        Lanes = new SimLanes(this, scenario, variant, time, Wheel, Pool, home, new InlineBlock<Delivery>(_waiting.Enqueue), Acks.Target, metrics, network);
        RetryPolicies policies = new(RetryPolicy.From(scenario.Policy));

        // No deadline: Deadline cancels on a pool thread, which is not ours to order.
        _parts = new SlotParts(new HttpMessageInvoker(new ModelGateway(scenario, book, network, this)), "http://gateway/function/"u8.ToArray(), new TargetCache(), Wheel, time, new LoggerInvocationLog(NullLogger.Instance), TimeSpan.FromDays(1), new EnvelopeLimits(1 << 20, 64, 100, 1 << 16), 1 << 20, "sim", new Quarantine(policies, scenario.Policy.QuarantineMargin));
        for (int i = 0; i < scenario.MaxInflight; i++)
        {
            _slots.Push(new Slot(_parts));
        }

        ModelReceiver receiver = new(scenario, book, network, this, mood);
        CallbackPoster poster = new(new HttpMessageInvoker(receiver), scenario.CallbackOptions(), Wheel, AfterCallback(), metrics, NullLogger.Instance, scenario.Random, CancellationToken.None);
        _callbacks = new ActionBlock<Delivery>(poster.PostAsync, new ExecutionDataflowBlockOptions
        {
            BoundedCapacity = Pool.Size,
            EnsureOrdered = false,
            MaxDegreeOfParallelism = scenario.Policy.CallbackMaxInflight,
            TaskScheduler = _scheduler,
        });
        poster.ReturnTo(_callbacks);
        _retries = new RetryBlock(Tickets, home, Acks.Target, time);
        _judge = new JudgeBlock(policies, Acks.Target, new InlineBlock<Delivery>(Retry), BeforeCallback(), metrics, NullLogger.Instance, time, scenario.Random);
        if (variant != Variant.NoLeaseKeeper)
        {
            new LeaseKeeper(Pool, Wheel, Acks.Target, time, scenario.AckWait).Start();
        }
    }

    /// <summary>Place in the simulation; the server knows a worker by it.</summary>
    public int Index { get; }

    /// <summary>Unique over all lives.</summary>
    public int Process { get; }

    public DeliveryPool Pool { get; }

    public TimerWheel Wheel { get; }

    public TicketBook Tickets { get; }

    public SimAcks Acks { get; }

    public SimLanes Lanes { get; }

    public bool IsConnected { get; set; } = true;

    public bool IsDraining { get; private set; }

    /// <summary>Stands still until then.</summary>
    public long PausedUntil { get; set; }

    /// <summary>Time at which a slot last began a call.</summary>
    public long LastStart { get; private set; }

    public bool IsIdle => Pool.InUse == 0 && Busy == 0 && Acks.IsEmpty && _scheduler.IsEmpty;

    public int Busy { get; private set; }

    public int FreeSlots => _scenario.MaxInflight - Busy;

    public void Trace(string what) => _trace?.WriteLine($"{TimeSpan.FromTicks(_clock.Now - TimeSpan.TicksPerHour).TotalSeconds,10:F4} worker {Index} {what}");

    public void CallStarted(int message)
    {
        LastStart = _clock.Now;
        if (_trace is not null)
        {
            Trace($"runs {message}");
        }
    }

    /// <summary>The connection is back: as QueueWorker does it.</summary>
    public void ConnectionBack()
    {
        IsConnected = true;
        Acks.ConnectionBack();
        Lanes.ConnectionBack();
    }

    /// <summary>As Drain does it.</summary>
    public void StartDraining()
    {
        IsDraining = true;
        Lanes.StartDraining();
        _retries.StartDraining();
        while (_waiting.TryDequeue(out Delivery? delivery))
        {
            delivery.State = DeliveryState.Answered;
            delivery.Lane.SlotFreed(completed: false);
            Acks.Target.Post(AckCommand.Nak(delivery, TimeSpan.Zero));
        }

        Tickets.HandOver();
    }

    /// <summary>What a worker does whenever it gets the processor: timers, slots, callbacks, answers, pulls.</summary>
    public void Turn()
    {
        while (Wheel.Advance(_clock.Now, 1000) > 0)
        {
        }

        while (_waiting.Count > 0 && (_slots.Count > 0 || _variant == Variant.NoSlots))
        {
            _ = RunAsync(_slots.TryPop(out Slot? slot) ? slot : new Slot(_parts), _waiting.Dequeue());
        }

        _scheduler.RunAll();
        Acks.Turn();
        Lanes.Turn();
    }

    // As InvokeBlock's loop does it.
    private async Task RunAsync(Slot slot, Delivery delivery)
    {
        try
        {
            Busy++;
            delivery.State = DeliveryState.Invoking;
            if (_variant == Variant.AckBeforeInvoke)
            {
                _network.Answer(this, delivery.ReplyTo, AckKind.Ack, TimeSpan.Zero);
            }

            await slot.InvokeAsync(delivery);
            Busy--;
            _slots.Push(slot);
            delivery.Lane.SlotFreed(completed: true);
            int message = MessageOf(delivery);
            bool ran = delivery.Error == EnvelopeError.None;
            InvocationResult result = delivery.Result;
            if (!ran)
            {
                _book.Refused(message, delivery.DeliveryCount);
            }

            _judge.Accept(delivery);
            if (ran && delivery.Verdict.Kind != VerdictKind.Retry)
            {
                _book.Ended(message, Process, delivery.Verdict, result);
            }
        }
        catch (Exception exception)
        {
            _book.Fail(exception.ToString());
        }
    }

    private int MessageOf(Delivery delivery) => _network.MessageOf(SimLanes.LaneOf(delivery.Lane.Stream), delivery.StreamSequence);
}
