using System.Diagnostics;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;
using Paddlewheel.Host.Dev;
using Xunit;

namespace Paddlewheel.Engine.Tests.Host;

public sealed class NatsServerProcessTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Start_KillAndStartAgain_KeepsPortAndStore()
    {
        await using NatsServerProcess server = await StartAsync();
        int port = server.Port;
        await WithJetStreamAsync(server, static js => js.CreateStreamAsync(new StreamConfig("KEEP", ["keep.>"]), Token));

        server.Kill();
        await server.StartAgainAsync(Token);

        Assert.Equal(port, server.Port);
        await WithJetStreamAsync(server, static js => js.GetStreamAsync("KEEP", cancellationToken: Token));
    }

    [Fact]
    public async Task Dispose_LeavesNoProcessAndNoFolder()
    {
        NatsServerProcess server = await StartAsync();
        int pid = server.Pid;
        string folder = Path.GetDirectoryName(server.LogFile)!;
        Assert.Equal("nats-server", Process.GetProcessById(pid).ProcessName);

        await server.DisposeAsync();

        Assert.False(Directory.Exists(folder));
        Assert.Throws<ArgumentException>(() => Process.GetProcessById(pid));
    }

    [Fact]
    public async Task Start_PortTaken_SaysSoInOneSentence()
    {
        await using NatsServerProcess first = await StartAsync();
        NatsServerBinary binary = await NatsServerResolver.OfThisMachine().ResolveAsync(Token);

        var e = await Assert.ThrowsAsync<NatsServerUnavailableException>(
            () => NatsServerProcess.StartAsync(binary.Path, new NatsServerSettings { Port = first.Port }, cancellationToken: Token));

        Assert.Contains("address already in use", e.Message, StringComparison.Ordinal);
    }

    private static async Task<NatsServerProcess> StartAsync()
    {
        NatsServerBinary binary = await NatsServerResolver.OfThisMachine().ResolveAsync(Token);
        return await NatsServerProcess.StartAsync(binary.Path, cancellationToken: Token);
    }

    private static async Task WithJetStreamAsync<T>(NatsServerProcess server, Func<NatsJSContext, ValueTask<T>> use)
    {
        await using var nats = new NatsConnection(new NatsOpts { Url = server.Url });
        await use(new NatsJSContext(nats));
    }
}
