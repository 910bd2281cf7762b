using Paddlewheel.Engine.Invoke;
using Paddlewheel.Engine.Tests.Timing;
using Paddlewheel.Engine.Timing;
using Xunit;

namespace Paddlewheel.Engine.Tests.Invoke;

/// <summary>One timer for all calls of a slot: each call ends at its own deadline, and never at another one's.</summary>
public sealed class DeadlineTests : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    private readonly HandClock _clock = new();
    private readonly TimerWheel _wheel;
    private readonly Deadline _deadline;

    public DeadlineTests()
    {
        _wheel = new TimerWheel(_clock);
        _deadline = new Deadline(_wheel, Timeout);
    }

    public void Dispose() => _deadline.Dispose();

    [Fact]
    public async Task Call_TakesTooLong_IsCancelled()
    {
        _deadline.Start(_clock.Timestamp);
        CancellationToken token = _deadline.Token;

        Move(9.9);
        Assert.Equal((false, false), (_deadline.HasPassed, token.IsCancellationRequested));
        Move(0.101);
        Assert.True(_deadline.HasPassed);
        await CancelledAsync(token);
    }

    [Fact]
    public async Task Call_AfterAShortOne_HasItsWholeTime()
    {
        _deadline.Start(_clock.Timestamp);
        Move(6);
        _deadline.Stop();
        _deadline.Start(_clock.Timestamp);
        CancellationToken token = _deadline.Token;

        // The first one's time is over, 6 s before the second one's.
        Move(4.001);
        Assert.False(_deadline.HasPassed);
        Move(5.9);
        Assert.Equal((false, false), (_deadline.HasPassed, token.IsCancellationRequested));
        Move(0.101);
        Assert.True(_deadline.HasPassed);
        await CancelledAsync(token);
    }

    [Fact]
    public void Calls_OneAfterAnother_HaveOneTimer()
    {
        for (int call = 0; call < 100; call++)
        {
            _deadline.Start(_clock.Timestamp);
            Move(0.05);
            _deadline.Stop();
            Assert.Equal(1, _wheel.Count);
        }

        Move(10.1);
        Assert.Equal((0, false), (_wheel.Count, _deadline.Token.IsCancellationRequested));
    }

    [Fact]
    public async Task Call_AfterALongRest_IsWatchedAgain()
    {
        _deadline.Start(_clock.Timestamp);
        _deadline.Stop();
        Move(60);
        Assert.Equal(0, _wheel.Count);

        _deadline.Start(_clock.Timestamp);
        CancellationToken token = _deadline.Token;
        Move(10.001);
        Assert.True(_deadline.HasPassed);
        await CancelledAsync(token);
    }

    [Fact]
    public async Task Call_AfterOneThatWasCancelled_HasATokenOfItsOwn()
    {
        _deadline.Start(_clock.Timestamp);
        CancellationToken first = _deadline.Token;
        Move(10.001);
        _deadline.Stop();
        Assert.False(_deadline.HasPassed);

        _deadline.Start(_clock.Timestamp);
        CancellationToken second = _deadline.Token;
        await CancelledAsync(first);
        Assert.Equal((false, false), (_deadline.HasPassed, second.IsCancellationRequested));

        Move(10.001);
        Assert.True(_deadline.HasPassed);
        await CancelledAsync(second);
    }

    /// <summary>A slot that calls without a rest beside a wheel that turns: whoever is cancelled was late, and whoever is late is cancelled.</summary>
    [Fact]
    public async Task Calls_WhileTheWheelTurns_EachEndsAtItsOwnTime()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        using Deadline deadline = new(_wheel, TimeSpan.FromMilliseconds(3));
        int passed = 0;
        bool over = false;
        Task turning = Task.Run(
            () =>
            {
                while (!Volatile.Read(ref over))
                {
                    _clock.Move(TimeSpan.FromMilliseconds(1));
                    _wheel.Advance(_clock.Timestamp, int.MaxValue);
                }
            },
            stop);
        await Task.Run(
            async () =>
            {
                for (int call = 0; call < 20_000; call++)
                {
                    long started = _clock.Timestamp;
                    deadline.Start(started);
                    CancellationToken token = deadline.Token;
                    if (call % 100 == 0)
                    {
                        // Waits for its own end: without one the test does not end.
                        await CancelledAsync(token);
                        Assert.True(deadline.HasPassed);
                    }

                    if (deadline.HasPassed)
                    {
                        passed++;
                        Assert.True(_clock.GetElapsedTime(started) >= TimeSpan.FromMilliseconds(3));
                        await CancelledAsync(token);
                    }

                    deadline.Stop();
                }
            },
            stop);
        Volatile.Write(ref over, true);
        await turning;
        Assert.True(passed >= 200);
    }

    private static async Task CancelledAsync(CancellationToken token)
    {
        TaskCompletionSource cancelled = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using CancellationTokenRegistration registration = token.Register(cancelled.SetResult);
        await cancelled.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
    }

    private void Move(double seconds)
    {
        _clock.Move(TimeSpan.FromSeconds(seconds));
        _wheel.Advance(_clock.Timestamp, int.MaxValue);
    }
}
