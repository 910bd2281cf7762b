using System.Globalization;
using System.Text;
using Paddlewheel.Engine.Calls;
using Paddlewheel.Engine.Deliveries;
using Paddlewheel.Engine.Invoke;
using Paddlewheel.Engine.Timing;
using Paddlewheel.Engine.Wire;
using Paddlewheel.Perf.Steps;
using Xunit;

namespace Paddlewheel.Engine.Tests.Calls;

/// <summary>A call is ended by its own id, while it runs, and never another one's.</summary>
public sealed class RunningCallTests : IDisposable
{
    private readonly Bench _bench = new();
    private readonly Deadline _deadline = new(new TimerWheel(TimeProvider.System), TimeSpan.FromMinutes(10));
    private readonly RunningCall _running;

    public RunningCallTests() => _running = new RunningCall(_deadline);

    public void Dispose() => _deadline.Dispose();

    [Fact]
    public async Task TryCancel_ItsId_CancelsItsToken()
    {
        Delivery delivery = _bench.Take(SampleMessages.Call(call: 1));
        _running.Begin(delivery, 1);
        CancellationToken token = _deadline.Token;
        Assert.True(_running.TryCancel(delivery.Envelope.CallId));
        Assert.Equal((true, false), (_deadline.IsCancelled, _deadline.HasPassed));
        await CancelledAsync(token);
        Assert.False(_running.TryCancel(delivery.Envelope.CallId));

        _running.End();
        Assert.False(_deadline.IsCancelled);
    }

    [Fact]
    public void TryCancel_AnotherId_LeavesIt()
    {
        Delivery one = _bench.Take(SampleMessages.Call(call: 1), 1), two = _bench.Take(SampleMessages.Call(call: 2), 2);
        _running.Begin(one, 1);
        Assert.False(_running.TryCancel(two.Envelope.CallId));
        Assert.Equal((false, false), (_deadline.IsCancelled, _deadline.Token.IsCancellationRequested));
    }

    [Fact]
    public void TryCancel_BeforeAndAfterTheCall_LeavesTheNext()
    {
        Delivery one = _bench.Take(SampleMessages.Call(call: 1), 1), two = _bench.Take(SampleMessages.Call(call: 2), 2);
        Assert.False(_running.TryCancel(one.Envelope.CallId));
        _running.Begin(one, 1);
        _running.End();
        Assert.False(_running.TryCancel(one.Envelope.CallId));

        _running.Begin(two, 2);
        Assert.False(_running.TryCancel(one.Envelope.CallId));
        Assert.False(_deadline.IsCancelled);
    }

    [Fact]
    public async Task TryCancel_ThenTheNextCall_HasATokenOfItsOwn()
    {
        Delivery one = _bench.Take(SampleMessages.Call(call: 1), 1), two = _bench.Take(SampleMessages.Call(call: 2), 2);
        _running.Begin(one, 1);
        CancellationToken first = _deadline.Token;
        Assert.True(_running.TryCancel(one.Envelope.CallId));
        _running.End();
        _running.Begin(two, 2);
        await CancelledAsync(first);
        Assert.False(_deadline.Token.IsCancellationRequested);
    }

    [Fact]
    public async Task TryCancel_AfterTheDeadline_IsTheDeadlines()
    {
        Timing.HandClock clock = new();
        TimerWheel wheel = new(clock);
        using Deadline deadline = new(wheel, TimeSpan.FromSeconds(1));
        RunningCall running = new(deadline);
        Delivery delivery = _bench.Take(SampleMessages.Call(call: 1));
        running.Begin(delivery, clock.Timestamp);
        clock.Move(TimeSpan.FromSeconds(2));
        wheel.Advance(clock.Timestamp, int.MaxValue);
        Assert.False(running.TryCancel(delivery.Envelope.CallId));
        Assert.Equal((true, false), (deadline.HasPassed, deadline.IsCancelled));
        await CancelledAsync(deadline.Token);
    }

    /// <summary>
    /// A slot that calls without a rest, its envelope used again and again, beside somebody who cancels whatever he sees begin: who was
    /// not asked for is never ended, and who was asked for while it ran was either seen in the set or ended.
    /// </summary>
    [Fact]
    public async Task Calls_WhileOthersAreCancelled_EndOnlyWhenAskedForAndThenSurely()
    {
        const int Calls = 4_000;
        byte[][] messages = [.. Enumerable.Range(0, Calls).Select(Message)];
        CancelledCalls cancelled = new(TimeProvider.System);
        bool[] asked = new bool[Calls], done = new bool[Calls];
        int current = -1;
        Task cancelling = Task.Run(
            () =>
            {
                SpinWait wait = default;
                for (int last = -1; last < Calls - 1; wait.SpinOnce())
                {
                    int call = Volatile.Read(ref current);
                    if (call != last)
                    {
                        last = call;
                        Volatile.Write(ref asked[call], true);
                        cancelled.Add(Id(call), out _);
                        _running.TryCancel(Id(call));
                        Volatile.Write(ref done[call], true);
                    }
                }
            },
            TestContext.Current.CancellationToken);
        Delivery delivery = _bench.Take(messages[0]);
        int seen = 0, ended = 0;
        for (int call = 0; call < Calls; call++)
        {
            Assert.Equal(EnvelopeError.None, delivery.Envelope.Read(messages[call], messages[call].Length, SampleMessages.Limits));
            Volatile.Write(ref current, call);
            SpinWait wait = default;
            while (call % 4 == 0 && !Volatile.Read(ref asked[call]))
            {
                // So that it begins while it is being cancelled.
                wait.SpinOnce();
            }

            _running.Begin(delivery, call + 1);
            bool wasSeen = cancelled.Holds(delivery.Envelope);

            // Every other call runs for as long as the cancel takes, the rest are over before it or in the middle of it.
            while (call % 2 == 0 && !Volatile.Read(ref done[call]))
            {
                wait.SpinOnce();
            }

            bool wasDone = Volatile.Read(ref done[call]);
            bool wasEnded = _deadline.IsCancelled;
            Assert.False(wasEnded && !Volatile.Read(ref asked[call]), $"call {call} was ended, and nobody had asked for it");
            Assert.False(wasDone && !wasSeen && !wasEnded, $"call {call} was cancelled while it ran, and runs on");
            seen += wasSeen ? 1 : 0;
            ended += wasEnded ? 1 : 0;
            _running.End();
            delivery.Envelope.Clear();
        }

        await cancelling;
        Assert.True(seen > 0 && ended > 0, $"{seen} seen in the set, {ended} ended: the race was not met");
    }

    [Fact]
    public void Deadline_CancelledForACallThatIsOver_LeavesTheNext()
    {
        _deadline.Start(1);
        long first = _deadline.Call;
        _deadline.Stop();
        Assert.False(_deadline.TryCancel(first));
        _deadline.Start(2);
        Assert.False(_deadline.TryCancel(first));
        Assert.Equal((false, false), (_deadline.IsCancelled, _deadline.Token.IsCancellationRequested));
    }

    /// <summary>Whoever looks for an id reads the delivery of the call under way and no other: one that is read while it changes throws.</summary>
    [Fact]
    public async Task Look_WhileTheSlotMovesOn_ReadsNothingThatChanges()
    {
        byte[][] messages = [.. Enumerable.Range(0, 1_000).Select(Message)];
        bool over = false;
        Task looking = Task.Run(
            () =>
            {
                byte[] nobody = "call-nobody"u8.ToArray();
                while (!Volatile.Read(ref over))
                {
                    Assert.False(_running.TryCancel(nobody));
                }
            },
            TestContext.Current.CancellationToken);
        Delivery delivery = _bench.Take(messages[0]);
        for (int call = 0; call < 200_000 && !looking.IsCompleted; call++)
        {
            byte[] message = messages[call % messages.Length];
            delivery.Envelope.Read(message, message.Length, SampleMessages.Limits);
            _running.Begin(delivery, call + 1);
            _running.End();
            delivery.Envelope.Clear();
        }

        Volatile.Write(ref over, true);
        await looking;
    }

    private static byte[] Id(int call) => Encoding.ASCII.GetBytes("call-" + call.ToString("d9", CultureInfo.InvariantCulture));

    private static byte[] Message(int call) => Encoding.ASCII.GetBytes($$"""{"Header":{"X-Call-Id":["call-{{call:d9}}"]},"Function":"echo"}""");

    private static async Task CancelledAsync(CancellationToken token)
    {
        TaskCompletionSource cancelled = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using CancellationTokenRegistration registration = token.Register(cancelled.SetResult);
        await cancelled.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
    }
}
