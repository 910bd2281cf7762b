using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Paddlewheel.Engine.Integration.Support;
using Xunit;

namespace Paddlewheel.Engine.Integration;

/// <summary>Each limit that a setting moves: what is just within it runs, what is beyond it is terminated once and counted by its reason.</summary>
[Trait("Category", "fast")]
public sealed class LimitTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    // A message just within its limit, one just beyond it, and the reason.
    private static readonly (string Within, string Beyond, string Reason)[] Limits =
    [
        (Message("\"Path\":\"/" + new string('p', 3_900) + "\""), Message("\"Path\":\"/" + new string('p', 4_100) + "\""), "too_large"),
        (Message("\"x\":" + new string('[', 5) + new string(']', 5)), Message("\"x\":" + new string('[', 6) + new string(']', 6)), "too_deep"),
        (Message("\"Header\":{\"A\":[\"1\",\"2\",\"3\"],\"B\":[\"4\"]}"), Message("\"Header\":{\"A\":[\"1\",\"2\",\"3\"],\"B\":[\"4\",\"5\"]}"), "too_many_headers"),
        (Message("\"Header\":{\"A\":[\"" + new string('v', 511) + "\"]}"), Message("\"Header\":{\"A\":[\"" + new string('v', 512) + "\"]}"), "headers_too_large"),
    ];

    [Fact(Timeout = Timeouts.Short)]
    public async Task EachLimit_MovedByItsSetting_DividesWhatRunsFromWhatIsTerminated()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using Site site = await Site.StartAsync(stop);
        await using WorkerProcess worker = await site.StartWorkerAsync(
            stop, ("max_message_bytes", "4096"), ("max_message_depth", "6"), ("max_headers", "4"), ("max_header_bytes", "512"));
        foreach ((string within, string beyond, _) in Limits)
        {
            await site.Queue.PublishRawAsync(site.Queue.SubjectOf("echo"), Encoding.UTF8.GetBytes(beyond), stop);
            await site.Queue.PublishRawAsync(site.Queue.SubjectOf("echo"), Encoding.UTF8.GetBytes(within), stop);
        }

        await site.Functions.Ended.CountAsync("what is within the limits", Limits.Length, Soon, stop);
        await site.Queue.SettledAsync(Soon, stop);

        MetricsPage page = await worker.MetricsAsync(stop);
        Assert.All(Limits, limit => Assert.Equal((limit.Reason, 1), (limit.Reason, page.Sum("paddlewheel_dropped_total", ("reason", limit.Reason)))));
        Assert.Equal(Limits.Length, page.Sum("paddlewheel_outcomes_total", ("outcome", "poison")));
        Assert.Equal(Limits.Length, site.Functions.Arrived.Count);
    }

    [Fact(Timeout = Timeouts.Short)]
    public async Task BindAddress_Named_IsTheOnlyOneThatAnswers()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using Site site = await Site.StartAsync(stop);
        int port = FreePort.Next();
        await using WorkerProcess worker = site.Launch(("metrics_port", port.ToString(CultureInfo.InvariantCulture)), ("bind_address", "127.0.0.2"));
        await worker.LineAsync("Starting metrics server", stop);

        using var http = new HttpClient();
        Assert.Equal("alive", (await http.GetStringAsync(new Uri($"http://127.0.0.2:{port}/healthz"), stop)).Trim());
        using var elsewhere = new TcpClient();
        await Assert.ThrowsAsync<SocketException>(() => elsewhere.ConnectAsync("127.0.0.1", port, stop).AsTask());

        await using WorkerProcess second = site.Launch(("metrics_port", port.ToString(CultureInfo.InvariantCulture)), ("bind_address", "127.0.0.2"));
        Assert.Equal(1, await second.ExitAsync(Soon, stop));
        Assert.Contains("metrics_port", second.Tail(10), StringComparison.Ordinal);
    }

    private static string Message(string part) => $$"""{"Method":"POST","Function":"echo",{{part}}}""";
}
