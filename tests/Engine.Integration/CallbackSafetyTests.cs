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

    [Theory(Timeout = Timeouts.Short)]
    [InlineData("http://169.254.169.254/latest/meta-data?token=sesame", "")]
    [InlineData("http://[::ffff:169.254.169.254]/?token=sesame", "")]
    [InlineData("http://0.0.0.0:PORT/?token=sesame", "")]
    [InlineData("http://localhost:PORT/?token=sesame", "127.0.0.0/8,::1")]
    public async Task DeniedAddress_AtConnect_BlockedOnceAndNothingArrives(string callback, string denied)
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using Site site = await Site.StartAsync(stop);
        await using WorkerProcess worker = await site.StartWorkerAsync(stop, ("callback_denied_cidrs", denied));
        string port = site.Callbacks.Url.Port.ToString(System.Globalization.CultureInfo.InvariantCulture);
        Envelope call = Call.To("echo", new Uri(callback.Replace("PORT", port, StringComparison.Ordinal)));

        await site.Queue.PublishAsync(call, stop);
        await worker.LineAsync("Callback blocked", stop);
        await site.Queue.SettledAsync(Soon, stop);

        Assert.Single(site.Functions.Of(call.CallId));
        Assert.Equal(0, site.Callbacks.Received.Count);
        await AssertBlockedAsync(worker, 1, "denied address", stop);
        Assert.Empty(worker.Log.Where(static line => line.Contains("Callback retry", StringComparison.Ordinal)));
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

    [Theory(Timeout = Timeouts.Short)]
    [InlineData("allowed_callback_urls", "hooks.example.com")]
    [InlineData("callback_denied_cidrs", "10.0.0.0/33")]
    [InlineData("quarantine_margin", "-1")]
    public async Task BadEntry_StopsTheStartWithExitCode2AndItsName(string name, string value)
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using WorkerProcess worker = WorkerProcess.Start(new Dictionary<string, string> { [name] = value });

        Assert.Equal(2, await worker.ExitAsync(Soon, stop));
        Assert.Contains(worker.Log.Snapshot(), line => line.Contains(name, StringComparison.Ordinal));
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
