using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http.Features;
using Paddlewheel.Engine.Integration.Support;
using Xunit;

namespace Paddlewheel.Engine.Integration;

/// <summary>The request line as the gateway reads it, and that no message reaches past its function (contract 3).</summary>
[Trait("Category", "fast")]
public sealed class ContractPathTests
{
    private static readonly (string Path, string Query, string Target)[] Good =
    [
        ("", "", "/function/cows.staging"),
        ("/", "", "/function/cows.staging/"),
        ("", "w=10", "/function/cows.staging?w=10"),
        ("/resize", "?w=10&h=%20", "/function/cows.staging/resize?w=10&h=%20"),
        ("/a%2Fb//c", "", "/function/cows.staging/a%2Fb//c"),
        ("/a b/é", "", "/function/cows.staging/a%20b/%C3%A9"),
    ];

    private static readonly (string Function, string Path, string Query)[] Hostile =
    [
        ("cows", "/../../system/functions", ""), ("cows", "/%2e%2e/%2E%2e/system/functions", ""), ("cows", "/..%2f..%2fsystem", ""),
        ("cows", "/..\\system", ""), ("cows", "/a%5c..%5csystem", ""), ("cows", "/x HTTP/1.1\r\nHost: evil\r\n\r\n", ""),
        ("cows", "", "q=1\r\nX-Forged: 1"), ("../system/functions", "", ""), ("cows/../../system", "", ""), ("cows?x", "", ""), ("co\r\nws", "", ""),
    ];

    [Fact(Timeout = Timeouts.Short)]
    public async Task Target_OfEveryMessage_IsItsFunctionOrNothing()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        var targets = new Watch<string>();
        (WebApplication app, Uri url) = await Loopback.StartAsync(
            context =>
            {
                targets.Add(context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget);
                return Task.CompletedTask;
            },
            port: 0,
            stop);
        await using WebApplication gateway = app;
        await using Site site = await Site.StartAsync(stop);
        await using WorkerProcess worker = await site.StartWorkerAsync(stop, ("gateway_url", url.ToString()), ("max_inflight", "1"));

        foreach ((string function, string path, string query) in Hostile)
        {
            await PublishAsync(site, function, path, query, stop);
        }

        foreach ((string path, string query, _) in Good)
        {
            await PublishAsync(site, "cows.staging", path, query, stop);
        }

        await site.Queue.SettledAsync(TimeSpan.FromSeconds(20), stop);

        Assert.Equal(Good.Select(static g => g.Target), targets.Snapshot());
        Assert.Equal(Hostile.Length, (await worker.MetricsAsync(stop)).Sum("paddlewheel_outcomes_total", ("outcome", "poison")));
    }

    private static Task PublishAsync(Site site, string function, string path, string query, CancellationToken stop)
    {
        string json = $$"""{"Method":"POST","Path":{{JsonSerializer.Serialize(path)}},"QueryString":{{JsonSerializer.Serialize(query)}},"Function":{{JsonSerializer.Serialize(function)}}}""";
        return site.Queue.PublishRawAsync(site.Queue.SubjectOf("any"), Envelope.Text(json), stop);
    }
}
