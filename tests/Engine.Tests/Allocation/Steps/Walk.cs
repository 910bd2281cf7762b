using System.Buffers;
using System.Threading.Tasks.Dataflow;
using Microsoft.Extensions.Logging.Abstractions;
using Paddlewheel.Engine.Ack;
using Paddlewheel.Engine.Deliveries;
using Paddlewheel.Engine.Fetch;
using Paddlewheel.Engine.Invoke;
using Paddlewheel.Engine.Judge;
using Paddlewheel.Engine.Lanes;
using Paddlewheel.Engine.Options;
using Paddlewheel.Engine.Pipeline;
using Paddlewheel.Engine.Retry;

namespace Paddlewheel.Perf.Steps;

/// <summary>
/// One message from Fetch to Ack on one thread: the same blocks as <see cref="Chain"/>, but the slot and the ack loop are driven
/// by hand, so that nothing is handed over between threads and every run takes the same instructions.
/// </summary>
internal sealed class Walk : IDisposable
{
    // More than the registry remembers as done: one of those would only be acked again.
    private const int Sequences = 2 * SequenceRegistry.Remembered;

    private readonly CreditGate _gate;
    private readonly FetchBlock _fetch;
    private readonly LaneTurns _turns = new(1);
    private readonly Slot _slot;
    private readonly JudgeBlock _judge;
    private readonly AckBlock _acks;
    private readonly WaitRing<Delivery>.Waiter _waiter = new();
    private readonly string[] _replies = [.. Enumerable.Range(1, Sequences).Select(i => SampleMessages.ReplyTo((ulong)i))];
    private readonly ReadOnlySequence<byte>[] _messages = [new(SampleMessages.Call(call: 1)), new(SampleMessages.Call(call: 2))];
    private readonly Bench _bench;
    private Lane? _ended;
    private int _asked;
    private int _next;

    public Walk(Bench bench)
    {
        _bench = bench;
        RetryPolicies policies = new(RetryPolicy.From(new EngineOptions()));
        SlotParts parts = Chain.Parts(bench, policies);
        _slot = new Slot(parts);
        _acks = new AckBlock(
            new NoServer(), bench.Home, new TicketBook(parts.Wheel, bench.Time), parts.Wheel, bench.Metrics, NullLogger.Instance, bench.Time, bench.Pool.Size * 2, CancellationToken.None);
        ITargetBlock<Delivery> none = DataflowBlock.NullTarget<Delivery>();
        _judge = new JudgeBlock(policies, _acks, none, none, bench.Metrics, NullLogger.Instance, bench.Time, new Random(1));
        _gate = new CreditGate(bench.Lane, new CreditShare(1, bench.Time).Join(bench.Lane), bench.Pool, 1, bench.Time);
        bench.Lane.OnRoomMade(_gate.RoomMade);
        InlineBlock<Delivery> slots = new(delivery => Step.Must(_turns.TryWrite(delivery)));
        _fetch = new FetchBlock(bench.Lane, _gate, bench.Pool, bench.Home, slots, _acks, bench.Metrics, NullLogger.Instance, bench.Time);
    }

    public void Dispose() => _slot.Dispose();

    /// <summary>Takes in, calls, judges, answers and sends home one message.</summary>
    public void Message()
    {
        if (_asked == 0)
        {
            Step.Must(_gate.TryAsk(out _, out _asked));
        }

        _asked--;
        _fetch.ReceiveMessage(_replies[_next % Sequences], _messages[_next & 1]);
        _next++;
        ValueTask<bool> turn = _turns.ReadAsync(_waiter, _ended);
        Step.Must(turn.IsCompletedSuccessfully && turn.Result);
        Delivery delivery = _waiter.Item;
        _ended = delivery.Lane;
        delivery.State = DeliveryState.Invoking;
        Step.Must(_slot.TryBegin(delivery));
        Task<HttpResponseMessage> sending = _slot.SendAsync();
        Step.Must(sending.IsCompletedSuccessfully);
        ValueTask taking = _slot.TakeAsync(sending.Result);
        Step.Must(taking.IsCompletedSuccessfully);
        _slot.End();
        delivery.Lane.CallEnded();
        _judge.Accept(delivery);
        Step.Must(_acks.TryStep(out ValueTask answer) && answer.IsCompletedSuccessfully);
        Step.Must(_bench.Pool.InUse == 0);
    }
}
