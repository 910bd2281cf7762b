using System.Buffers;
using System.Threading.Tasks.Dataflow;
using Microsoft.Extensions.Logging.Abstractions;
using Paddlewheel.Engine.Ack;
using Paddlewheel.Engine.Calls;
using Paddlewheel.Engine.Deliveries;
using Paddlewheel.Engine.Fetch;
using Paddlewheel.Engine.Invoke;
using Paddlewheel.Engine.Judge;
using Paddlewheel.Engine.Lanes;
using Paddlewheel.Engine.Options;
using Paddlewheel.Engine.Pipeline;
using Paddlewheel.Engine.Telemetry;
using Paddlewheel.Engine.Timing;

namespace Paddlewheel.Perf.Steps;

/// <summary>
/// The walk from Fetch to Ack through the real blocks, linked as the worker links them. This thread stands where NATS.Net's
/// read loop stands; the function has answered already.
/// </summary>
internal sealed class Chain
{
    // More than the registry remembers as done: one of those would only be acked again.
    private const int Sequences = 2 * SequenceRegistry.Remembered;

    private readonly Bench _bench;
    private readonly CreditGate _gate;
    private readonly FetchBlock _fetch;
    private readonly InvokeBlock _invoke;
    private readonly string[] _replies = [.. Enumerable.Range(1, Sequences).Select(i => SampleMessages.ReplyTo((ulong)i))];
    private readonly ReadOnlySequence<byte>[] _messages;
    private readonly object _room = new();
    private int _next;

    /// <param name="bench">Pool, lane and metrics.</param>
    /// <param name="slots">Slots of the invoke block.</param>
    /// <param name="acks">Where the judge's answers go.</param>
    public Chain(Bench bench, int slots, ITargetBlock<AckCommand> acks)
    {
        _bench = bench;
        _messages = [new(SampleMessages.Call(call: 1)), new(SampleMessages.Call(call: 2))];
        RetryPolicies policies = new(RetryPolicy.From(new EngineOptions()));
        SlotParts parts = Parts(bench, policies);
        _invoke = new InvokeBlock(parts, slots);
        ITargetBlock<Delivery> none = DataflowBlock.NullTarget<Delivery>();
        JudgeBlock judge = new(policies, acks, none, none, bench.Metrics, NullLogger.Instance, bench.Time, new Random(1));
        _invoke.LinkTo(new InlineBlock<Delivery>(judge.Accept));
        _gate = new CreditGate(bench.Lane, new CreditShare(slots, bench.Time).Join(bench.Lane), bench.Pool, slots, bench.Time);
        bench.Lane.OnRoomMade(() =>
        {
            _gate.RoomMade();
            lock (_room)
            {
                Monitor.Pulse(_room);
            }
        });
        _fetch = new FetchBlock(bench.Lane, _gate, bench.Pool, bench.Home, _invoke, acks, bench.Metrics, NullLogger.Instance, bench.Time);
        _invoke.Start();
    }

    /// <summary>The last block of a chain without a server: every answer counts as sent.</summary>
    public static ITargetBlock<AckCommand> Answered(Bench bench) => new InlineBlock<AckCommand>(command =>
    {
        Step.Must(command.Kind == AckKind.Ack);
        bench.Home.Release(command.Delivery!);
    });

    /// <summary>What slots share, with a function that has answered already.</summary>
    public static SlotParts Parts(Bench bench, RetryPolicies policies) => new(
        new HttpMessageInvoker(new CachedAnswer()),
        "http://gateway:8080/function/"u8.ToArray(),
        new TargetCache(),
        new TimerWheel(bench.Time),
        bench.Time,
        new LoggerInvocationLog(NullLogger.Instance),
        TimeSpan.FromMinutes(1),
        SampleMessages.Limits,
        MaxResponseBytes: 1024 * 1024,
        "queue-worker/0.1.0",
        new Quarantine(policies, margin: 10),
        new CancelledCalls(bench.Time));

    /// <summary>Moves so many messages from end to end; returns when the last one is home.</summary>
    public void Pass(int messages)
    {
        int asked = 0;
        while (messages > 0)
        {
            while (asked == 0 && !_gate.TryAsk(out _, out asked))
            {
                WaitForRoom();
            }

            _fetch.ReceiveMessage(_replies[_next % Sequences], _messages[_next & 1]);
            _next++;
            asked--;
            messages--;
        }

        // What was asked for beyond the last message does not come.
        _gate.VoidAll();
        while (_bench.Pool.InUse > 0)
        {
            WaitForRoom();
        }
    }

    // Blocks rather than spins: on a busy machine a thread that yields waits for everybody else's time slice. Room made between
    // the caller's look and this wait is missed, hence the short limit.
    private void WaitForRoom()
    {
        Step.Must(!_invoke.Completion.IsCompleted);
        lock (_room)
        {
            Monitor.Wait(_room, millisecondsTimeout: 1);
        }
    }
}
