using System.Diagnostics;
using System.Globalization;
using Paddlewheel.Engine.Integration.Support;
using Xunit;

namespace Paddlewheel.Engine.Integration.Image;

/// <summary>What a pod of each flavour costs: time to its first work, memory without work and with all of it.</summary>
[Trait("Category", "image")]
public sealed class ImageFigureTests
{
    private const int Starts = 7;
    private const int BodyBytes = 64 * 1024;
    private const int Messages = 2000;

    /// <summary>Where more wait for a core than this, even the quickest of the starts waits mostly for its turn.</summary>
    private const double MostLoadPerCore = 4;

    /// <summary>Long enough for what happens every few seconds by itself.</summary>
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(12);

    private static readonly TimeSpan Sample = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(60);

    [Theory(Timeout = Timeouts.Medium)]
    [InlineData("aot")]
    [InlineData("jit")]
    public async Task Start_WithAMessageWaiting_IsQuick(string flavour)
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using ImageSite site = await ImageSite.StartAsync(ImageEngine.Image(flavour), stop);
        ImageLimits limits = ImageLimits.Of(flavour);

        // The first start makes the stream, so that the others find their message in it.
        await TimedStartAsync(site, null, stop);
        var ready = new List<double>();
        var called = new List<double>();
        for (int i = 0; i < Starts; i++)
        {
            Envelope call = Call.To("echo");
            await site.Queue.PublishAsync(call, stop);
            (double toReady, double toCall) = await TimedStartAsync(site, call, stop);
            ready.Add(toReady);
            called.Add(toCall);
        }

        ImageReport.Add(flavour, "exec to ready, quickest", ready.Min(), "ms", limits.ReadyMilliseconds);
        ImageReport.Add(flavour, "exec to ready, median", Median(ready), "ms");
        ImageReport.Add(flavour, "exec to first call, quickest", called.Min(), "ms", limits.FirstCallMilliseconds);
        ImageReport.Add(flavour, "exec to first call, median", Median(called), "ms");
        bool slow = ready.Min() > limits.ReadyMilliseconds || called.Min() > limits.FirstCallMilliseconds;
        double load = double.Parse(File.ReadAllText("/proc/loadavg").Split(' ')[0], CultureInfo.InvariantCulture);
        Assert.SkipWhen(
            slow && load > MostLoadPerCore * Environment.ProcessorCount,
            $"{flavour} took {ready.Min():F0} ms to ready, but the load of this machine is {load:F1} on {Environment.ProcessorCount} cores: not judged");
        Assert.InRange(ready.Min(), 1, limits.ReadyMilliseconds);
        Assert.InRange(called.Min(), 1, limits.FirstCallMilliseconds);
    }

    [Theory(Timeout = Timeouts.Medium)]
    [InlineData("aot")]
    [InlineData("jit")]
    public async Task Memory_IdleAndFull_StaysBelowItsLimits(string flavour)
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using ImageSite site = await ImageSite.StartAsync(ImageEngine.Image(flavour), stop);
        site.Functions.On("slow", Behaviours.Takes(TimeSpan.FromMilliseconds(100)));
        ImageLimits limits = ImageLimits.Of(flavour);
        await using Container worker = await site.PrepareAsync(stop);
        await worker.StartAsync(stop);

        double idle = await MostResidentAsync(worker, Idle, stop) / 1e6;
        ImageReport.Add(flavour, "RSS idle", idle, "MB", limits.IdleMegabytes);

        await site.Queue.PublishAsync(Enumerable.Range(0, Messages).Select(static _ => Large()), stop);
        await site.Queue.SettledAsync(Soon, stop);

        Assert.Equal(50, site.Functions.RunningMost);
        double most = worker.ResidentMost / 1048576.0;
        ImageReport.Add(flavour, "RSS at most, 50 in flight, 64 KiB", most, "MiB", limits.LoadedMebibytes);
        ImageReport.Add(flavour, "RSS idle after that", await MostResidentAsync(worker, Sample * 10, stop) / 1e6, "MB");
        Assert.Equal(0, await worker.TerminateAsync(stop));
        Assert.InRange(idle, 1, limits.IdleMegabytes);
        Assert.InRange(most, 1, limits.LoadedMebibytes);
    }

    private static async Task<(double Ready, double Called)> TimedStartAsync(ImageSite site, Envelope? call, CancellationToken stop)
    {
        await using Container worker = await site.PrepareAsync(stop);
        (long executed, long ready) = await worker.StartAsync(stop);
        double called = 0;
        if (call is not null)
        {
            Invocation first = await site.Functions.Arrived.FirstAsync("the call that waited", it => it.CallId == call.CallId, Soon, stop);
            called = Stopwatch.GetElapsedTime(executed, first.Arrived).TotalMilliseconds;
            await site.Queue.SettledAsync(Soon, stop);
        }

        Assert.Equal(0, await worker.TerminateAsync(stop));
        return (Stopwatch.GetElapsedTime(executed, ready).TotalMilliseconds, called);
    }

    private static Envelope Large()
    {
        string id = Guid.NewGuid().ToString();
        byte[] body = new byte[BodyBytes];
        Envelope.Text(id).CopyTo(body, 0);
        return new Envelope { Function = "slow", CallId = id, Body = body };
    }

    private static async Task<long> MostResidentAsync(Container worker, TimeSpan during, CancellationToken stop)
    {
        long most = 0;
        using var timer = new PeriodicTimer(Sample);
        for (TimeSpan passed = TimeSpan.Zero; passed < during; passed += Sample)
        {
            most = Math.Max(most, worker.Resident);
            await timer.WaitForNextTickAsync(stop);
        }

        return most;
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
