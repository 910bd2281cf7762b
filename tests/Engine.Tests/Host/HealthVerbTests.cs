using Microsoft.AspNetCore.Http;
using Paddlewheel.Host.Configuration;
using Paddlewheel.Host.Endpoints;
using Paddlewheel.Host.Verbs;
using Xunit;

namespace Paddlewheel.Engine.Tests.Host;

/// <summary><c>health</c> against a real listener: what the image's HEALTHCHECK runs.</summary>
public sealed class HealthVerbTests
{
    private static readonly Dictionary<string, string> NoFlags = [];

    [Theory]
    [InlineData("", "http://127.0.0.1:8081/healthz")]
    [InlineData("0.0.0.0", "http://127.0.0.1:8081/healthz")]
    [InlineData("::", "http://[::1]:8081/healthz")]
    [InlineData("fd00::7", "http://[fd00::7]:8081/healthz")]
    [InlineData("10.1.2.3", "http://10.1.2.3:8081/healthz")]
    public void Where_BindAddress_IsAskedWhereItAnswers(string bindAddress, string expected) =>
        Assert.Equal(expected, HealthVerb.Where(new HostOptions { BindAddress = bindAddress }, NoFlags));

    [Fact]
    public void Where_Flags_ChooseProcessAndPath()
    {
        var options = new HostOptions { MetricsPort = 1, IngressPort = 2 };

        Assert.Equal("http://127.0.0.1:1/readyz", HealthVerb.Where(options, new Dictionary<string, string> { ["ready"] = "" }));
        Assert.Equal("http://127.0.0.1:2/healthz", HealthVerb.Where(options, new Dictionary<string, string> { ["ingress"] = "true" }));
        Assert.Null(HealthVerb.Where(new HostOptions { MetricsPort = 0 }, NoFlags));
    }

    [Fact]
    public async Task Run_AliveAndNotReady_SaysEach()
    {
        await using HttpServer server = await StartAsync();
        var options = new HostOptions { BindAddress = "127.0.0.1", MetricsPort = server.Url.Port };
        using var said = new StringWriter();

        Assert.Equal(ExitCode.Done, await HealthVerb.RunAsync(options, NoFlags, said));
        Assert.Equal("", said.ToString());
        Assert.Equal(ExitCode.Failed, await HealthVerb.RunAsync(options, new Dictionary<string, string> { ["ready"] = "" }, said));
        Assert.Contains("/readyz answered 503: not ready: draining", said.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_NobodyListens_FailsAndSaysWhere()
    {
        int port;
        await using (HttpServer server = await StartAsync())
        {
            port = server.Url.Port;
        }

        using var said = new StringWriter();
        Assert.Equal(ExitCode.Failed, await HealthVerb.RunAsync(new HostOptions { MetricsPort = port }, NoFlags, said));
        Assert.Contains($"http://127.0.0.1:{port}/healthz does not answer", said.ToString(), StringComparison.Ordinal);
    }

    private static Task<HttpServer> StartAsync() => HttpServer.StartAsync(
        new HttpPlace("the test's server", "metrics_port", "127.0.0.1", 0),
        static context => context.Request.Path == "/healthz"
            ? Reply.TextAsync(context, StatusCodes.Status200OK, "alive")
            : Reply.TextAsync(context, StatusCodes.Status503ServiceUnavailable, "not ready: draining"));
}
