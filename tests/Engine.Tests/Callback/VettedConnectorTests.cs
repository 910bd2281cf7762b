using System.Net;
using System.Net.Sockets;
using Paddlewheel.Engine.Callback;
using Paddlewheel.Engine.Invoke;
using Xunit;

namespace Paddlewheel.Engine.Tests.Callback;

/// <summary>Real connections on loopback; only the answers of the name server are made up.</summary>
public sealed class VettedConnectorTests : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly List<string> _asked = [];

    public VettedConnectorTests() => _listener.Start();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private DnsEndPoint Target => new("hooks.example", ((IPEndPoint)_listener.LocalEndpoint).Port);

    public void Dispose() => _listener.Dispose();

    [Fact]
    public async Task Connect_SomeAddressesDenied_GoesToTheAllowedOneAndAsksOnce()
    {
        await using Stream stream = await Connector("169.254.169.254", "::ffff:169.254.169.254", "127.0.0.1").ConnectAsync(Target, Token);

        using TcpClient accepted = await _listener.AcceptTcpClientAsync(Token);
        Assert.True(accepted.Connected);
        Assert.Equal(["hooks.example"], _asked);
    }

    [Theory]
    [InlineData("169.254.169.254")]
    [InlineData("::ffff:169.254.169.254")]
    [InlineData("0.0.0.0")]
    [InlineData("::")]
    public async Task Connect_EveryAddressDenied_NothingIsConnected(string address)
    {
        await Assert.ThrowsAsync<CallbackBlockedException>(async () => await Connector(address).ConnectAsync(Target, Token));

        Assert.False(_listener.Pending());
    }

    [Fact]
    public async Task Connect_LoopbackDeniedByTheOperator_IsBlocked() =>
        await Assert.ThrowsAsync<CallbackBlockedException>(async () => await new VettedConnector(AddressPolicy.From(["127.0.0.0/8"]), Resolve("127.0.0.1")).ConnectAsync(Target, Token));

    [Fact]
    public async Task Connect_NoAddressAtAll_IsNotCalledBlocked()
    {
        SocketException exception = await Assert.ThrowsAsync<SocketException>(async () => await Connector().ConnectAsync(Target, Token));

        Assert.Equal(SocketError.HostNotFound, exception.SocketErrorCode);
    }

    [Theory]
    [InlineData("http://169.254.169.254/latest/meta-data")]
    [InlineData("http://[::ffff:169.254.169.254]/")]
    [InlineData("http://2852039166/")]
    [InlineData("http://0xa9.0xfe.0xa9.0xfe/")]
    [InlineData("https://[fe80::1]/")]
    [InlineData("http://0/")]
    public async Task Client_AddressWrittenAnyWay_IsSeenToBeBlocked(string url)
    {
        using HttpMessageInvoker client = HttpClients.ForCallbacks(1, TimeSpan.FromSeconds(5), insecure: false, new VettedConnector(AddressPolicy.From([])));
        using HttpRequestMessage request = new(HttpMethod.Post, url);

        Exception exception = await Assert.ThrowsAnyAsync<Exception>(() => client.SendAsync(request, Token));

        Assert.True(CallbackBlockedException.IsIn(exception), exception.ToString());
    }

    private VettedConnector Connector(params string[] addresses) => new(AddressPolicy.From([]), Resolve(addresses));

    private Func<string, CancellationToken, Task<IPAddress[]>> Resolve(params string[] addresses) => (host, _) =>
    {
        _asked.Add(host);
        return Task.FromResult<IPAddress[]>([.. addresses.Select(IPAddress.Parse)]);
    };
}
