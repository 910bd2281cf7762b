using System.Globalization;
using Paddlewheel.Engine.Integration.Support;
using Xunit;

namespace Paddlewheel.Engine.Integration;

/// <summary>
/// A callback may be an async call of its own. Functions that answer with the headers they were asked with, all of them, must not
/// keep such a chain going: the whole way with worker and ingress (contract 5, "queue bomb").
/// </summary>
[Trait("Category", "fast")]
public sealed class LoopTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    [Theory(Timeout = Timeouts.Short)]
    [InlineData("mirror")] // keeps call id and function: must not be taken for the same call sent twice
    [InlineData("other")]
    public async Task Mirror_CalledBackThroughTheIngress_TheChainEndsAfterTheCallback(string second)
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using Site site = await Site.StartAsync(stop);
        int port = FreePort.Next();
        site.Functions.On("mirror", Mirror);
        site.Functions.On("other", Mirror);
        await using WorkerProcess worker = await site.StartWorkerAsync(stop);
        await using WorkerProcess ingress = WorkerProcess.Start(site.Environment(("ingress_port", port.ToString(CultureInfo.InvariantCulture)), ("bind_address", "127.0.0.1")), "ingress");
        await ingress.LineAsync("\tConnected", stop);

        using var http = new HttpClient();
        var route = new Uri($"http://127.0.0.1:{port}/async-function/");
        using var call = new HttpRequestMessage(HttpMethod.Post, new Uri(route, "mirror")) { Content = new StringContent("x") };
        call.Headers.Add("X-Callback-Url", new Uri(route, second).AbsoluteUri);
        using HttpResponseMessage accepted = await http.SendAsync(call, stop);
        Assert.Equal(202, (int)accepted.StatusCode);
        await site.Functions.Ended.CountAsync("the call and its callback", 2, Soon, stop);
        await worker.LineAsync("Posted result", stop);
        await site.Queue.SettledAsync(Soon, stop);

        // Nothing is left and nothing is on its way: what was acknowledged is all there was.
        Assert.Equal(["mirror", second], site.Functions.Ended.Snapshot().Select(static seen => seen.Function));
        MetricsPage page = await worker.MetricsAsync(stop);
        Assert.Equal((2, 1), (page.Sum("paddlewheel_outcomes_total"), page.Sum("paddlewheel_callbacks_total")));
        Assert.Equal("", site.Functions.Ended.Snapshot()[1].Header("X-Callback-Url"));
    }

    private static readonly Behaviour Mirror = static (call, _) => Task.FromResult(
        call.Headers.Where(static header => header.Key is not ("Host" or "Content-Length"))
            .SelectMany(static header => header.Value.Select(value => (header.Key, value)))
            .Aggregate(Answer.Ok, static (answer, header) => answer.With(header.Key, header.value).With("x-callback-url", header.value)));
}
