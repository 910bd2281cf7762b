using System.Runtime.CompilerServices;
using Paddlewheel.Engine.Timing;
using Xunit;

namespace Paddlewheel.Engine.Tests.Timing;

/// <summary>Failures that other projects' timers had, and that no other test here would notice.</summary>
public sealed class WheelLessonsTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    // Akka.NET 8549: timers that ran on the pool stood still for 14.8 s behind a jam.
    [Fact]
    public void OnDue_EveryPoolThreadBlocked_FiresAllTheSame()
    {
        TimerWheel wheel = new(TimeProvider.System);
        using WheelDriver driver = new(wheel, TimeProvider.System);
        using ManualResetEventSlim release = new();
        using CountdownEvent blocked = new(ThreadPool.ThreadCount + Environment.ProcessorCount + 64);
        using ManualResetEventSlim fired = new();
        bool behindTheJam = false;
        for (int i = 0; i < blocked.InitialCount; i++)
        {
            ThreadPool.QueueUserWorkItem(_ =>
            {
                release.Wait();
                blocked.Signal();
            });
        }

        ThreadPool.QueueUserWorkItem(_ => behindTheJam = true);
        try
        {
            driver.Start();
            wheel.Schedule(new Probe(_ => fired.Set()), TimeSpan.FromMilliseconds(5));
            Assert.True(fired.Wait(Patience, TestContext.Current.CancellationToken));
            Assert.Equal(blocked.InitialCount, blocked.CurrentCount);
            Assert.False(behindTheJam, "the pool was not jammed: this shows nothing");
        }
        finally
        {
            release.Set();
            blocked.Wait(Patience, TestContext.Current.CancellationToken);
        }
    }

    // dubbo 6820: cancelled timers, and all they referred to, stayed until their slot came up.
    [Fact]
    public void Cancel_EntryDueInAnHour_IsNotKept()
    {
        TimerWheel wheel = new(new HandClock());
        WeakReference[] gone = [.. Enumerable.Range(0, 100).Select(i => CancelledEntry(wheel, TimeSpan.FromSeconds(i * 40)))];

        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();

        Assert.DoesNotContain(gone, static entry => entry.IsAlive);
        GC.KeepAlive(wheel);
    }

    // netty 2662: an entry that was taken off could not be put on again.
    [Fact]
    public void Schedule_EntryThatWasCancelledOrHasFired_IsLikeANewOne()
    {
        HandClock clock = new();
        TimerWheel wheel = new(clock);
        Probe probe = new();
        for (int round = 1; round <= 3; round++)
        {
            wheel.Schedule(probe, TimeSpan.FromHours(1));
            Assert.True(wheel.Cancel(probe));
            wheel.Schedule(probe, TimeSpan.FromMilliseconds(round));
            clock.Move(TimeSpan.FromMilliseconds(round + 1));
            Assert.Equal(1, wheel.Advance(clock.Timestamp, 10));
            Assert.Equal((round, 0), (probe.Fired, wheel.Count));
        }
    }

    // Akka.NET 7130, 7144, 6946: threads that scheduled while the timer started waited for seconds, or for ever.
    [Fact]
    public void Start_ManyThreadsScheduleMeanwhile_AllFire()
    {
        const int Threads = 8;
        const int Each = 50;
        for (int round = 0; round < 20; round++)
        {
            TimerWheel wheel = new(TimeProvider.System);
            using WheelDriver driver = new(wheel, TimeProvider.System);
            using CountdownEvent fired = new(Threads * Each);
            using Barrier together = new(Threads + 1);
            Thread[] threads = [.. Enumerable.Range(0, Threads).Select(_ => new Thread(() =>
            {
                together.SignalAndWait();
                for (int i = 0; i < Each; i++)
                {
                    wheel.Schedule(new Probe(_ => fired.Signal()), TimeSpan.FromMilliseconds(i % 3));
                }
            }))];
            Array.ForEach(threads, static thread => thread.Start());
            together.SignalAndWait();
            driver.Start();

            Assert.True(fired.Wait(Patience, TestContext.Current.CancellationToken), $"{fired.CurrentCount} never fired");
            Array.ForEach(threads, static thread => thread.Join());
        }
    }

    // Akka.NET 2314: stopping while others scheduled ended in a null reference.
    [Fact]
    public void Dispose_WhileOthersSchedule_NobodyFails()
    {
        List<Exception> failures = [];
        for (int round = 0; round < 50; round++)
        {
            TimerWheel wheel = new(TimeProvider.System);
            WheelDriver driver = new(wheel, TimeProvider.System, onError: failures.Add);
            driver.Start();
            using Barrier together = new(2);
            Thread other = new(() =>
            {
                together.SignalAndWait();
                try
                {
                    for (int i = 0; i < 200; i++)
                    {
                        wheel.Schedule(new Probe(), TimeSpan.FromMilliseconds(i % 2));
                    }
                }
                catch (Exception failure)
                {
                    failures.Add(failure);
                }
            });
            other.Start();
            together.SignalAndWait();
            driver.Dispose();
            other.Join();
        }

        Assert.Empty(failures);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference CancelledEntry(TimerWheel wheel, TimeSpan delay)
    {
        Probe probe = new();
        wheel.Schedule(probe, delay);
        Assert.True(wheel.Cancel(probe));
        return new WeakReference(probe);
    }
}
