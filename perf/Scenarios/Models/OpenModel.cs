using System.Runtime.InteropServices;

namespace Paddlewheel.Perf.Scenarios;

/// <summary>
/// An open model: calls at fixed times, whatever the worker does. On a thread of its own, with the kernel's timers: .NET's count whole
/// milliseconds, which is longer than what is measured here.
/// </summary>
internal static class OpenModel
{
    /// <summary>Sends calls <paramref name="first"/>, <paramref name="first"/> + 1 and so on; returns how many when the last has been sent.</summary>
    /// <param name="site">Where to; its book learns when each call was planned and sent.</param>
    /// <param name="publisher">Used by nobody else meanwhile.</param>
    /// <param name="first">Number of the first call.</param>
    /// <param name="count">How many calls, if it is not ended before.</param>
    /// <param name="perSecond">How many a second, evenly.</param>
    /// <param name="functionOf">The function of a call.</param>
    /// <param name="stop">Breaks the run off.</param>
    /// <param name="ended">Ends the sending in good order.</param>
    public static Task<int> SendAsync(LoadSite site, Publisher publisher, int first, int count, double perSecond, Func<int, string> functionOf, CancellationToken stop, CancellationToken ended = default) =>
        Task.Factory.StartNew(() => Send(site, publisher, first, count, perSecond, functionOf, stop, ended), stop, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private static int Send(LoadSite site, Publisher publisher, int first, int count, double perSecond, Func<int, string> functionOf, CancellationToken stop, CancellationToken ended)
    {
        Progress progress = new("sent", count);
        double interval = TimeProvider.System.TimestampFrequency / perSecond;
        long start = TimeProvider.System.GetTimestamp();
        int i = 0;
        for (; i < count && !ended.IsCancellationRequested; i++)
        {
            stop.ThrowIfCancellationRequested();
            int call = first + i;
            long planned = start + (long)(i * interval);
            Pause(TimeProvider.System.GetElapsedTime(TimeProvider.System.GetTimestamp(), planned));
            site.Book.PlannedAt[call] = planned;
            site.Book.SentAt[call] = TimeProvider.System.GetTimestamp();
            ValueTask sending = publisher.PublishAsync(call, functionOf(call), stop);
            if (!sending.IsCompletedSuccessfully)
            {
                sending.AsTask().GetAwaiter().GetResult();
            }

            progress.At(i + 1);
        }

        return i;
    }

    private static void Pause(TimeSpan time)
    {
        if (time > TimeSpan.Zero)
        {
            TimeSpec span = new(time);
            _ = NanoSleep(span, IntPtr.Zero);
        }
    }

    [DllImport("libc", EntryPoint = "nanosleep")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int NanoSleep(in TimeSpec time, IntPtr left);

    private readonly struct TimeSpec(TimeSpan time)
    {
        public readonly nint Seconds = (nint)(time.Ticks / TimeSpan.TicksPerSecond);
        public readonly nint Nanoseconds = (nint)(time.Ticks % TimeSpan.TicksPerSecond * 100);
    }
}
