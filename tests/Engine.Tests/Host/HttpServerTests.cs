using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;
using Paddlewheel.Host.Endpoints;
using Xunit;

namespace Paddlewheel.Engine.Tests.Host;

/// <summary>The bare Kestrel: what a host would have done around it is done here or not needed.</summary>
public sealed class HttpServerTests
{
    private static readonly HttpPlace Anywhere = new("the test's server", "test_port", "127.0.0.1", 0);

    [Fact]
    public async Task Requests_OnOneConnection_KnowNothingOfEachOther()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        var connections = new HashSet<string>();
        await using HttpServer server = await HttpServer.StartAsync(Anywhere, context =>
        {
            connections.Add(context.Connection.Id);
            string seen = $"{context.Request.Path}{context.Request.QueryString} {context.Items.Count} {context.Response.StatusCode}";
            context.Items["left behind"] = true;
            return Reply.TextAsync(context, StatusCodes.Status202Accepted, seen);
        });
        using var client = new HttpClient { BaseAddress = server.Url };

        Assert.Equal("/a?b=1 0 200\n", await client.GetStringAsync("/a?b=1", stop));
        Assert.Equal("/c 0 200\n", await client.GetStringAsync("/c", stop));
        Assert.Single(connections);
    }

    [Fact]
    public async Task Request_WhoseHandlerFails_IsAnswered500AndTheServerGoesOn()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using HttpServer server = await HttpServer.StartAsync(
            Anywhere, static context => context.Request.Path == "/well" ? Reply.TextAsync(context, StatusCodes.Status200OK, "well") : throw new InvalidOperationException("no"));
        using var client = new HttpClient { BaseAddress = server.Url };

        using HttpResponseMessage failed = await client.GetAsync("/ill", stop);
        Assert.Equal(HttpStatusCode.InternalServerError, failed.StatusCode);
        Assert.Equal("well\n", await client.GetStringAsync("/well", stop));
    }

    [Fact]
    public async Task Start_PortIsTaken_NamesThePortAndItsSetting()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        int port = ((IPEndPoint)other.LocalEndpoint).Port;

        StartupException refused = await Assert.ThrowsAsync<StartupException>(() => HttpServer.StartAsync(Anywhere with { Port = port }, static _ => Task.CompletedTask));
        Assert.Contains($"port {port} is in use by another program", refused.Message, StringComparison.Ordinal);
        Assert.Contains("test_port", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stop_RequestRuns_IsWaitedFor()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        var entered = new TaskCompletionSource();
        var leave = new TaskCompletionSource();
        await using HttpServer server = await HttpServer.StartAsync(Anywhere, async context =>
        {
            entered.SetResult();
            await leave.Task;
            await Reply.TextAsync(context, StatusCodes.Status200OK, "finished");
        });
        using var client = new HttpClient { BaseAddress = server.Url };
        Task<string> answer = client.GetStringAsync("/", stop);
        await entered.Task.WaitAsync(stop);

        Task stopping = server.StopAsync(TimeSpan.FromSeconds(20));
        Assert.False(stopping.IsCompleted);
        leave.SetResult();
        Assert.Equal("finished\n", await answer);
        await stopping.WaitAsync(stop);
    }
}
