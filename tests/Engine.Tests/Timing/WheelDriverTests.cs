using System.Collections.Concurrent;
using Paddlewheel.Engine.Timing;
using Xunit;

namespace Paddlewheel.Engine.Tests.Timing;

public sealed class WheelDriverTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public void Start_RealClock_FiresNeverEarlyOnItsOwnThread()
    {
        TimerWheel wheel = new(TimeProvider.System);
        using WheelDriver driver = new(wheel, TimeProvider.System);
        using ManualResetEventSlim done = new();
        TimeSpan took = default;
        bool pool = true;
        long start = 0;
        Probe probe = new(_ =>
        {
            took = TimeProvider.System.GetElapsedTime(start);
            pool = Thread.CurrentThread.IsThreadPoolThread;
            done.Set();
        });
        driver.Start();
        start = TimeProvider.System.GetTimestamp();
        wheel.Schedule(probe, TimeSpan.FromMilliseconds(20));

        Assert.True(done.Wait(Patience, TestContext.Current.CancellationToken));
        Assert.True(took >= TimeSpan.FromMilliseconds(20), $"fired after {took}");
        Assert.False(pool);
    }

    [Fact]
    public void Schedule_EarlierThanTheSleep_WakesTheThread()
    {
        TimerWheel wheel = new(TimeProvider.System);
        using WheelDriver driver = new(wheel, TimeProvider.System);
        using ManualResetEventSlim done = new();
        wheel.Schedule(new Probe(), TimeSpan.FromHours(1));
        driver.Start();
        wheel.Schedule(new Probe(_ => done.Set()), TimeSpan.FromMilliseconds(1));

        Assert.True(done.Wait(Patience, TestContext.Current.CancellationToken));
        Assert.Equal(1, wheel.Count);
    }

    [Fact]
    public void OnDue_Throws_IsReportedAndTheThreadLives()
    {
        TimerWheel wheel = new(TimeProvider.System);
        using BlockingCollection<Exception> errors = [];
        using WheelDriver driver = new(wheel, TimeProvider.System, onError: error =>
        {
            errors.Add(error);
            throw new InvalidOperationException("the listener fails as well");
        });
        using ManualResetEventSlim done = new();
        driver.Start();
        wheel.Schedule(new Probe(_ => throw new FormatException()), TimeSpan.Zero);
        Assert.True(errors.TryTake(out Exception? error, Patience));
        Assert.IsType<FormatException>(error);

        wheel.Schedule(new Probe(_ => done.Set()), TimeSpan.Zero);
        Assert.True(done.Wait(Patience, TestContext.Current.CancellationToken));
        Assert.Equal(1, driver.Errors);
    }

    [Fact]
    public void Wake_HandClockMovedPastADueTimer_ReportsTheLag()
    {
        HandClock clock = new();
        TimerWheel wheel = new(clock);
        using BlockingCollection<TimeSpan> lags = [];
        using WheelDriver driver = new(wheel, clock, lags.Add);
        wheel.Schedule(new Probe(), TimeSpan.FromMilliseconds(10));
        driver.Start();
        clock.Move(TimeSpan.FromMilliseconds(510));
        driver.Wake();

        Assert.True(lags.TryTake(out TimeSpan lag, Patience));
        Assert.InRange(lag, TimeSpan.FromMilliseconds(499), TimeSpan.FromMilliseconds(500));
    }

    [Fact]
    public void Dispose_WithArmedEntries_JoinsAndFiresNothingMore()
    {
        HandClock clock = new();
        TimerWheel wheel = new(clock);
        Probe probe = new();
        WheelDriver driver = new(wheel, clock);
        driver.Start();
        wheel.Schedule(probe, TimeSpan.FromMilliseconds(10));

        driver.Dispose();
        driver.Dispose();
        clock.Move(TimeSpan.FromSeconds(1));
        wheel.Schedule(new Probe(), TimeSpan.Zero);
        driver.Wake();
        Assert.Equal(0, probe.Fired);
        Assert.Throws<ObjectDisposedException>(driver.Start);
    }

    [Fact]
    public void Dispose_FromAnEntryOrBeforeStart_DoesNotWaitForItself()
    {
        TimerWheel wheel = new(TimeProvider.System);
        WheelDriver driver = new(wheel, TimeProvider.System);
        using ManualResetEventSlim done = new();
        driver.Start();
        wheel.Schedule(new Probe(_ =>
        {
            driver.Dispose();
            done.Set();
        }), TimeSpan.Zero);

        Assert.True(done.Wait(Patience, TestContext.Current.CancellationToken));
        new WheelDriver(wheel, TimeProvider.System).Dispose();
    }
}
