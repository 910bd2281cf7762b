using Paddlewheel.Engine.Integration.Support;
using Xunit;

namespace Paddlewheel.Engine.Integration;

/// <summary>A callback goes only where the operator lets it go; the function runs and its message ends all the same.</summary>
[Trait("Category", "fast")]
public sealed class CallbackSafetyTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    [Fact(Timeout = Timeouts.Short)]
    public async Task AllowList_CallbackOutsideIt_TheFunctionRunsAndNothingIsPosted()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using Site site = await Site.StartAsync(stop);
        await using WorkerProcess worker = await site.StartWorkerAsync(stop, ("allowed_callback_urls", $"https://hooks.example.com,{site.Callbacks.Url}in"));
        Envelope[] refused =
        [
            Call.To("echo", new Uri(site.Callbacks.Url, "/inside?token=sesame")),
            Call.To("echo", new Uri(site.Callbacks.Url, "/in/%2e%2e%2fout?token=sesame")),
            Call.To("echo", new Uri($"http://localhost:{site.Callbacks.Url.Port}/in?token=sesame")),
        ];
        Envelope allowed = Call.To("echo", new Uri(site.Callbacks.Url, "/in/here?token=sesame"));

        await site.Queue.PublishAsync([.. refused, allowed], stop);
        await site.Callbacks.Received.FirstAsync("the allowed callback", static _ => true, Soon, stop);
        await site.Queue.SettledAsync(Soon, stop);

        ReceivedCallback only = Assert.Single(site.Callbacks.Received.Snapshot());
        Assert.Equal((allowed.CallId, "/in/here?token=sesame"), (only.CallId, only.Target));
        Assert.All(refused, call => Assert.Single(site.Functions.Of(call.CallId)));
        await AssertBlockedAsync(worker, refused.Length, "not in allowed_callback_urls", stop);
        Assert.Equal(1, (await worker.MetricsAsync(stop)).Sum("paddlewheel_callbacks_total", ("outcome", "delivered")));
    }

    [Fact(Timeout = Timeouts.Short)]
    public async Task DeniedAddress_AtConnect_EachBlockedOnceAndNothingArrives()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using Site site = await Site.StartAsync(stop);
        await using WorkerProcess worker = await site.StartWorkerAsync(stop, ("callback_denied_cidrs", "127.0.0.0/8, ::1"));
        string port = site.Callbacks.Url.Port.ToString(System.Globalization.CultureInfo.InvariantCulture);
        string[] hosts = ["169.254.169.254", "[::ffff:169.254.169.254]", "0.0.0.0", "localhost", "[::ffff:127.0.0.1]", "2130706433"];
        Envelope[] calls = [.. hosts.Select(host => Call.To("echo", new Uri($"http://{host}:{port}/latest?token=sesame")))];

        await site.Queue.PublishAsync(calls, stop);
        await worker.Log.NthAsync("a line for each", calls.Length, static line => line.Contains("Callback blocked", StringComparison.Ordinal), Soon, stop);
        await site.Queue.SettledAsync(Soon, stop);

        Assert.All(calls, call => Assert.Single(site.Functions.Of(call.CallId)));
        Assert.Equal(0, site.Callbacks.Received.Count);
        await AssertBlockedAsync(worker, calls.Length, "denied address", stop);
        Assert.DoesNotContain(worker.Log.Snapshot(), static line => line.Contains("Callback retry", StringComparison.Ordinal));
    }

    [Fact(Timeout = Timeouts.Short)]
    public async Task Redirect_FromTheReceiver_IsADeliveryAndNotFollowed()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using Site site = await Site.StartAsync(stop);
        site.Functions.On("receiver", (_, _) => Task.FromResult(new Answer(307).With("Location", site.Callbacks.Url.AbsoluteUri)));
        await using WorkerProcess worker = await site.StartWorkerAsync(stop);

        Envelope call = Call.To("echo", new Uri(site.Functions.Url, "/function/receiver"));
        await site.Queue.PublishAsync(call, stop);
        await worker.LineAsync("Posted result", stop);
        await site.Queue.SettledAsync(Soon, stop);

        Assert.Equal(["echo", "receiver"], site.Functions.Of(call.CallId).Select(static arrived => arrived.Function));
        Assert.Equal(0, site.Callbacks.Received.Count);
    }

    [Fact(Timeout = Timeouts.Short)]
    public async Task BadEntries_StopTheStartWithExitCode2AndEachIsNamed()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        (string Name, string Value)[] bad = [("allowed_callback_urls", "hooks.example.com"), ("callback_denied_cidrs", "10.0.0.0/33"), ("quarantine_margin", "-1")];
        await using WorkerProcess worker = WorkerProcess.Start(bad.ToDictionary(static b => b.Name, static b => b.Value));

        Assert.Equal(2, await worker.ExitAsync(Soon, stop));
        Assert.All(bad, one => Assert.Contains(worker.Log.Snapshot(), line => line.Contains(one.Name, StringComparison.Ordinal)));
    }

    private static async Task AssertBlockedAsync(WorkerProcess worker, int times, string reason, CancellationToken stop)
    {
        MetricsPage page = await worker.MetricsAsync(stop);
        Assert.Equal(times, page.Sum("paddlewheel_callbacks_total", ("outcome", "blocked")));
        IReadOnlyList<string> lines = worker.Log.Where(static line => line.Contains("Callback blocked", StringComparison.Ordinal));
        Assert.Equal(times, lines.Count);
        Assert.All(lines, line => Assert.Contains(reason, line, StringComparison.Ordinal));
        Assert.DoesNotContain(worker.Log.Snapshot(), static line => line.Contains("sesame", StringComparison.Ordinal));
    }
}
