using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;

namespace Paddlewheel.Engine.Integration.Support;

/// <summary>
/// A real nats-server with a file store of its own, on loopback. It can be stopped, killed and started again on the same port and
/// the same store, which is what a pod restart looks like to a worker.
/// </summary>
internal sealed class NatsServer : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private readonly string _binary;
    private readonly TempFolder _store = new();
    private readonly Watch<string> _lines = new();
    private Process? _process;

    private NatsServer(string binary, int port)
    {
        _binary = binary;
        Port = port;
    }

    public int Port { get; }

    public string Url => $"nats://127.0.0.1:{Port}";

    /// <summary>The newest server, running.</summary>
    public static async Task<NatsServer> StartAsync(CancellationToken cancellationToken, int? port = null)
    {
        NatsServer server = await PreparedAsync(cancellationToken, port);
        await server.UpAsync(cancellationToken);
        return server;
    }

    /// <summary>The newest server, not running yet; its port is already known.</summary>
    public static async Task<NatsServer> PreparedAsync(CancellationToken cancellationToken, int? port = null) =>
        new(await NatsBinaries.NewestAsync(cancellationToken), port ?? FreePort.Next());

    /// <summary>The oldest supported server, running.</summary>
    public static async Task<NatsServer> StartOldestAsync(CancellationToken cancellationToken)
    {
        var server = new NatsServer(await NatsBinaries.OldestAsync(cancellationToken), FreePort.Next());
        await server.UpAsync(cancellationToken);
        return server;
    }

    /// <summary>Starts on the same port and store; returns when it accepts connections.</summary>
    public async Task UpAsync(CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(_binary) { RedirectStandardError = true, RedirectStandardOutput = true };
        foreach (string argument in (string[])["-js", "-sd", _store.Path, "-a", "127.0.0.1", "-p", Port.ToString(CultureInfo.InvariantCulture)])
        {
            start.ArgumentList.Add(argument);
        }

        var process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, e) => Keep(e.Data);
        process.ErrorDataReceived += (_, e) => Keep(e.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        _process = process;
        await Eventually.ReachesAsync("nats-server accepts connections", WhyNotUpAsync, Limit, cancellationToken);
    }

    /// <summary>SIGTERM, and waits until it has gone.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => DownAsync(Signals.Terminate, cancellationToken);

    /// <summary>SIGKILL, and waits until it has gone.</summary>
    public Task KillAsync(CancellationToken cancellationToken) => DownAsync(Signals.Kill, cancellationToken);

    /// <summary>The process stands still or goes on: what clients see is a connection that is open and silent.</summary>
    public void Signal(int signal)
    {
        if (_process is { } process)
        {
            Signals.Send(process, signal);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await DownAsync(Signals.Kill, CancellationToken.None);
        _store.Dispose();
    }

    private async Task DownAsync(int signal, CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _process, null) is not { } process)
        {
            return;
        }

        Signals.Send(process, signal);
        await process.WaitForExitAsync(cancellationToken).WaitAsync(Limit, cancellationToken);
        process.Dispose();
    }

    private async Task<string?> WhyNotUpAsync(CancellationToken cancellationToken)
    {
        if (_process is not { HasExited: false })
        {
            throw new InvalidOperationException("nats-server ended:\n" + string.Join('\n', _lines.Snapshot()));
        }

        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync("127.0.0.1", Port, cancellationToken);
            return null;
        }
        catch (SocketException e)
        {
            return e.Message;
        }
    }

    private void Keep(string? line)
    {
        if (line is not null)
        {
            _lines.Add(line);
        }
    }
}
