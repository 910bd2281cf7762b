using NATS.Client.Core;
using Paddlewheel.Host.Configuration;
using Paddlewheel.Host.Dev;
using Paddlewheel.Host.Nats;
using Xunit;

namespace Paddlewheel.Engine.Tests.Host;

public sealed class NatsOptionsTests : IDisposable
{
    private readonly Folder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void From_AnythingTls_DemandsTls()
    {
        Assert.Equal(TlsMode.Auto, NatsOptions.From(new HostOptions()).TlsOpts.Mode);
        Assert.Equal(TlsMode.Require, NatsOptions.From(new HostOptions { NatsTlsCaFile = "ca.pem" }).TlsOpts.Mode);
    }

    [Fact]
    public async Task Auth_TokenFileRotated_NextConnectReadsTheNewOne()
    {
        string file = _folder.At("token");
        NatsServerBinary binary = await NatsServerResolver.OfThisMachine().ResolveAsync(Token);
        await using NatsServerProcess server = await NatsServerProcess.StartAsync(
            binary.Path, new NatsServerSettings { ExtraArguments = ["--auth", "secret"] }, cancellationToken: Token);
        NatsOpts options = NatsOptions.From(new HostOptions { NatsHost = "127.0.0.1", NatsPort = server.Port, NatsTokenFile = file });
        await File.WriteAllTextAsync(file, "wrong\n", Token);
        await using (var refused = new NatsConnection(options with { RetryOnInitialConnect = false }))
        {
            await Assert.ThrowsAnyAsync<NatsException>(async () => await refused.ConnectAsync());
        }

        await File.WriteAllTextAsync(file, "secret\n", Token);
        await using var accepted = new NatsConnection(options);
        await accepted.ConnectAsync();

        Assert.Equal(NatsConnectionState.Open, accepted.ConnectionState);
    }

    [Fact]
    public async Task Auth_NKeyFileWithoutASeed_NamesTheFile()
    {
        string file = _folder.At("nkey");
        await File.WriteAllTextAsync(file, "# only the public half\nUABC\n", Token);

        var e = await Assert.ThrowsAsync<InvalidDataException>(() => NatsCredentials.ReadAsync(new HostOptions { NatsNKeyFile = file }, Token).AsTask());

        Assert.Contains(file, e.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();
}
