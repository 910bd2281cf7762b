using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Paddlewheel.Engine.Callback;
using Paddlewheel.Engine.Invoke;
using Paddlewheel.Engine.Tests.Pipeline;
using Xunit;

namespace Paddlewheel.Engine.Tests.Invoke;

/// <summary>The life of connections, with a name server played by the test: one name, two addresses on loopback.</summary>
public sealed class HttpClientsTests
{
    private const string Name = "gateway.test";
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private volatile string _address = "127.0.0.2";
    private int _asked;

    public enum Which
    {
        Gateway,
        Callbacks,
    }

    [Theory]
    [InlineData(Which.Gateway)]
    [InlineData(Which.Callbacks)]
    public async Task Name_MovedToAnotherAddress_IsFollowedOnceTheConnectionIsOld(Which which)
    {
        await using RawServer old = new("127.0.0.2");
        await using RawServer now = new("127.0.0.3", old.Port);
        using HttpMessageInvoker client = Client(which, TimeSpan.FromMilliseconds(200));
        await CallAsync(client, old.Port);
        Assert.Equal((1, 0), (old.Requests.Count, now.Requests.Count));

        _address = "127.0.0.3";
        long moved = Stopwatch.GetTimestamp();
        while (now.Requests.Count == 0)
        {
            Assert.True(Stopwatch.GetElapsedTime(moved) < Patience, "the new address was never called");
            await CallAsync(client, old.Port);
        }

        int last = old.Requests.Count;
        await CallAsync(client, old.Port);
        Assert.Equal(last, old.Requests.Count);
        Assert.True(_asked >= 2, "the name was resolved once only");
    }

    // The same without a lifetime: what is followed above is followed because of it.
    [Theory]
    [InlineData(Which.Gateway)]
    [InlineData(Which.Callbacks)]
    public async Task Name_ConnectionYoung_IsAskedOnceAndTheConnectionUsedAgain(Which which)
    {
        await using RawServer old = new("127.0.0.2");
        await using RawServer now = new("127.0.0.3", old.Port);
        using HttpMessageInvoker client = Client(which, lifetime: null);
        await CallAsync(client, old.Port);
        _address = "127.0.0.3";
        for (int i = 0; i < 20; i++)
        {
            await CallAsync(client, old.Port);
        }

        Assert.Equal((21, 1, 0, 1), (old.Requests.Count, old.Connections, now.Requests.Count, _asked));
        Assert.Equal(TimeSpan.FromMinutes(2), HttpClients.ConnectionLifetime);
    }

    [Fact]
    public async Task Call_LongerThanTheConnectionsLife_IsNotCut()
    {
        await using RawServer server = new("127.0.0.2");
        TaskCompletionSource gate = new(TaskCreationOptions.RunContinuationsAsynchronously);
        server.Gate = gate.Task;
        TimeSpan lifetime = TimeSpan.FromMilliseconds(20);
        using HttpMessageInvoker client = Client(Which.Gateway, lifetime);
        Task running = CallAsync(client, server.Port);

        // The handler looks for old connections when others ask for one.
        using CancellationTokenSource tenLives = new(lifetime * 10);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running.WaitAsync(tenLives.Token));
        gate.SetResult();
        await running;
        Assert.Single(server.Requests);
    }

    [Theory]
    [InlineData(Which.Gateway)]
    [InlineData(Which.Callbacks)]
    public async Task Answer_WithACookieOrAPlaceToGo_IsNeitherKeptNorFollowed(Which which)
    {
        await using RawServer server = new("127.0.0.2");
        server.Answer = $"HTTP/1.1 302 Found\r\nSet-Cookie: sid=secret; Path=/\r\nLocation: http://{Name}:{server.Port}/elsewhere\r\nContent-Length: 0\r\n\r\n";
        using HttpMessageInvoker client = Client(which, lifetime: null);

        Assert.Equal(HttpStatusCode.Found, await CallAsync(client, server.Port));
        Assert.Equal(HttpStatusCode.Found, await CallAsync(client, server.Port));

        Assert.Equal(2, server.Requests.Count);
        Assert.All(server.Requests, request => Assert.DoesNotContain("Cookie", request, StringComparison.OrdinalIgnoreCase));
        Assert.All(server.Requests, request => Assert.StartsWith("POST /x HTTP/1.1\r\n", request, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Clients_OfFunctionsAndCallbacks_ShareNoConnectionAndNoLimit()
    {
        await using RawServer server = new("127.0.0.2");
        await using RawServer other = new("127.0.0.3", server.Port);
        TaskCompletionSource gate = new(TaskCreationOptions.RunContinuationsAsynchronously);
        server.Gate = gate.Task;
        using HttpMessageInvoker callbacks = Client(Which.Callbacks, lifetime: null);
        using HttpMessageInvoker functions = Client(Which.Gateway, lifetime: null);

        // One callback is all that this client may have under way; the same name and port, and a function is called all the same.
        Task hanging = CallAsync(callbacks, server.Port);
        while (server.Connections == 0)
        {
            await Task.Yield();
        }

        _address = "127.0.0.3";
        Task second = CallAsync(callbacks, server.Port);
        await CallAsync(functions, server.Port).WaitAsync(Patience, TestContext.Current.CancellationToken);

        Assert.False(hanging.IsCompleted || second.IsCompleted);
        Assert.Equal((1, 1), (server.Connections, other.Connections));
        gate.SetResult();
        await Task.WhenAll(hanging, second).WaitAsync(Patience, TestContext.Current.CancellationToken);
        Assert.Equal((1, 1), (server.Connections, other.Requests.Count));
    }

    private static async Task<HttpStatusCode> CallAsync(HttpMessageInvoker client, int port)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, $"http://{Name}:{port}/x") { Content = new ByteArrayContent([]) };
        using HttpResponseMessage response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        return response.StatusCode;
    }

    private HttpMessageInvoker Client(Which which, TimeSpan? lifetime) => which == Which.Gateway
        ? HttpClients.ForGateway(1, ConnectTimeout, lifetime, ConnectAsync)
        : HttpClients.ForCallbacks(1, ConnectTimeout, insecure: false, new VettedConnector(AddressPolicy.From([]), ResolveAsync), lifetime);

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(await ResolveAsync(context.DnsEndPoint.Host, cancellationToken), context.DnsEndPoint.Port, cancellationToken);
        return new NetworkStream(socket, ownsSocket: true);
    }

    private Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken)
    {
        Assert.Equal(Name, host);
        _asked++;
        return Task.FromResult<IPAddress[]>([IPAddress.Parse(_address)]);
    }
}
