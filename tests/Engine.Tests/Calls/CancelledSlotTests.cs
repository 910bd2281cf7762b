using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Paddlewheel.Engine.Ack;
using Paddlewheel.Engine.Calls;
using Paddlewheel.Engine.Deliveries;
using Paddlewheel.Engine.Invoke;
using Paddlewheel.Engine.Judge;
using Paddlewheel.Engine.Options;
using Paddlewheel.Engine.Pipeline;
using Paddlewheel.Engine.Telemetry;
using Paddlewheel.Engine.Tests.Invoke;
using Paddlewheel.Engine.Wire;
using Paddlewheel.Perf.Steps;
using Xunit;

namespace Paddlewheel.Engine.Tests.Calls;

/// <summary>What a slot and the judge make of a cancelled call.</summary>
public sealed class CancelledSlotTests : IDisposable
{
    private readonly Bench _bench = new();
    private readonly CancelledCalls _cancelled = new(TimeProvider.System);
    private readonly Function _function = new();
    private readonly List<AckCommand> _acks = [];
    private readonly List<Delivery> _retries = [], _callbacks = [];
    private readonly Slot _slot;
    private readonly JudgeBlock _judge;

    public CancelledSlotTests()
    {
        RetryPolicies policies = new(RetryPolicy.From(new EngineOptions()));
        _slot = new Slot(Chain.Parts(_bench, policies) with { Client = new HttpMessageInvoker(_function), Cancelled = _cancelled });
        _judge = new JudgeBlock(
            policies, new InlineBlock<AckCommand>(_acks.Add), new InlineBlock<Delivery>(_retries.Add), new InlineBlock<Delivery>(_callbacks.Add),
            _bench.Metrics, NullLogger.Instance, TimeProvider.System, new Random(1), _cancelled);
    }

    public void Dispose() => _slot.Dispose();

    [Fact]
    public async Task Invoke_CancelledBefore_IsNotInvokedAndTerminated()
    {
        Delivery delivery = _bench.Take(SampleMessages.Call(callback: true));
        _cancelled.Add(delivery.Envelope.CallId.ToArray(), out _);
        await _slot.InvokeAsync(delivery);
        _judge.Accept(delivery);
        Assert.Equal(0, _function.Calls);
        AssertTerminated();
    }

    [Fact]
    public async Task Invoke_CancelledWhileItRuns_IsEndedAndTerminated()
    {
        Delivery delivery = _bench.Take(SampleMessages.Call(callback: true));
        byte[] callId = delivery.Envelope.CallId.ToArray();
        Task call = _slot.InvokeAsync(delivery);
        await _function.Began.Task;
        Assert.False(_slot.TryCancel("another"u8));
        Assert.True(_slot.TryCancel(callId));
        await call.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        _judge.Accept(delivery);
        Assert.Equal(1, _function.Calls);
        AssertTerminated();

        // The slot is as good as new.
        _function.Answer.SetResult(new HttpResponseMessage(HttpStatusCode.OK));
        Delivery next = _bench.Take(SampleMessages.Call(call: 2), 2);
        await _slot.InvokeAsync(next);
        Assert.Equal((EnvelopeError.None, 200), (next.Error, next.Result.Status));
    }

    [Fact]
    public async Task Invoke_CancelledAfterItSucceeded_StaysASuccessWithItsCallback()
    {
        Delivery delivery = _bench.Take(SampleMessages.Call(callback: true));
        _function.Answer.SetResult(new HttpResponseMessage(HttpStatusCode.OK));
        await _slot.InvokeAsync(delivery);
        _cancelled.Add(delivery.Envelope.CallId.ToArray(), out _);
        Assert.False(_slot.TryCancel(delivery.Envelope.CallId));
        _judge.Accept(delivery);
        Assert.Equal((0, 1), (_acks.Count, _callbacks.Count));
    }

    [Fact]
    public async Task Judge_CancelledAfterItFailed_IsNotRetried()
    {
        Delivery delivery = _bench.Take(SampleMessages.Call(callback: true));
        _function.Answer.SetResult(new HttpResponseMessage(HttpStatusCode.ServiceUnavailable));
        await _slot.InvokeAsync(delivery);
        _cancelled.Add(delivery.Envelope.CallId.ToArray(), out _);
        _judge.Accept(delivery);
        AssertTerminated();
    }

    private void AssertTerminated()
    {
        AckCommand command = Assert.Single(_acks);
        Assert.Equal((AckKind.Term, "cancelled"), (command.Kind, command.Reason));
        Assert.Empty(_retries);
        Assert.Empty(_callbacks);
    }

    /// <summary>Answers when the test says so; until then it can be given up.</summary>
    private sealed class Function : HttpMessageHandler
    {
        public TaskCompletionSource Began { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource<HttpResponseMessage> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public int Calls { get; private set; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Calls++;
            Began.TrySetResult();
            return Answer.Task.WaitAsync(cancellationToken);
        }
    }
}
