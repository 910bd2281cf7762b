using System.Globalization;
using System.Net.Sockets;
using System.Text.Json;

namespace Paddlewheel.Host.Dev;

/// <summary>A private nats-server with JetStream on 127.0.0.1: started, ready, killed, started again on the same port and store, gone without a trace.</summary>
internal sealed class NatsServerProcess : IAsyncDisposable
{
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(10);

    private readonly string _executable;
    private readonly NatsServerSettings _settings;
    private readonly TimeProvider _time;
    private readonly string _folder;
    private GuardedChild _child = null!;

    private NatsServerProcess(string executable, NatsServerSettings settings, TimeProvider time)
    {
        _executable = executable;
        _settings = settings;
        _time = time;
        _folder = Directory.CreateTempSubdirectory("paddlewheel-nats-").FullName;
        Port = settings.Port;
    }

    /// <summary>The port, chosen by the server when the settings left it open; kept over restarts.</summary>
    public int Port { get; private set; }

    /// <summary>Such as <c>nats://127.0.0.1:33567</c>.</summary>
    public string Url => "nats://127.0.0.1:" + Port.ToString(CultureInfo.InvariantCulture);

    public int Pid => _child.Pid;

    /// <summary>Completes when the current process is gone, whatever ended it.</summary>
    public Task<int> Exited => _child.Exited;

    /// <summary>The server's own log; it vanishes with the server's folder.</summary>
    public string LogFile => Path.Combine(_folder, "nats-server.log");

    /// <summary>Starts a server and returns when it accepts connections.</summary>
    /// <exception cref="NatsServerUnavailableException">It ended or did not get ready; the message holds its last words.</exception>
    public static async Task<NatsServerProcess> StartAsync(
        string executable, NatsServerSettings? settings = null, TimeProvider? time = null, CancellationToken cancellationToken = default)
    {
        var server = new NatsServerProcess(executable, settings ?? new NatsServerSettings(), time ?? TimeProvider.System);
        try
        {
            await server.LaunchAsync(cancellationToken);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>SIGKILL: what a crash looks like from outside. Await <see cref="Exited"/> to know that it is gone.</summary>
    public void Kill() => _child.Kill();

    /// <summary>SIGTERM, then SIGKILL for a server that does not leave; store and port stay for <see cref="StartAgainAsync"/>.</summary>
    public async Task StopAsync()
    {
        if (_child is null || Exited.IsCompleted)
        {
            return;
        }

        if (!UnixSignals.Terminate(_child.Pid))
        {
            _child.Kill();
        }

        if (await Task.WhenAny(Exited, Task.Delay(StopPatience, _time)) != Exited)
        {
            _child.Kill();
            await Exited;
        }
    }

    /// <summary>Starts the server again on the same port and store after <see cref="StopAsync"/> or <see cref="Kill"/>.</summary>
    public async Task StartAgainAsync(CancellationToken cancellationToken = default)
    {
        await Exited.WaitAsync(cancellationToken);
        await LaunchAsync(cancellationToken);
    }

    /// <summary>Stops (SIGTERM) and starts again on the same port and store.</summary>
    public async Task RestartAsync(CancellationToken cancellationToken = default)
    {
        await StopAsync();
        await StartAgainAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task LaunchAsync(CancellationToken cancellationToken)
    {
        string ports = Path.Combine(_folder, "ports");
        if (Directory.Exists(ports))
        {
            // A killed server leaves its file: it must not be taken for the new one's.
            Directory.Delete(ports, recursive: true);
        }

        Directory.CreateDirectory(ports);
        string[] configuration = _settings.ConfigFile is { } file ? ["-c", file] : [];
        _child = await GuardedChild.StartAsync(
            _executable,
            [
                .. configuration, "-a", "127.0.0.1", "-p", Port.ToString(CultureInfo.InvariantCulture), "-js",
                "-sd", _settings.StoreDirectory ?? Path.Combine(_folder, "store"),
                "--ports_file_dir", ports, "-l", LogFile, .. _settings.ExtraArguments,
            ]);

        using var patience = new CancellationTokenSource(_settings.StartTimeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        try
        {
            await BecomeReadyAsync(ports, either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new NatsServerUnavailableException($"nats-server was not ready within {_settings.StartTimeout.TotalSeconds:F0} s ({LastWords()}).");
        }
    }

    private async Task BecomeReadyAsync(string ports, CancellationToken cancellationToken)
    {
        int port;
        while (!TryReadPort(ports, out port))
        {
            ThrowIfGone();
            await Task.Delay(Poll, _time, cancellationToken);
        }

        // The greeting proves that the listener is the server and that it serves.
        while (true)
        {
            try
            {
                using var socket = new TcpClient();
                await socket.ConnectAsync("127.0.0.1", port, cancellationToken);
                byte[] greeting = new byte[4];
                await socket.GetStream().ReadExactlyAsync(greeting, cancellationToken);
                if (greeting.AsSpan().SequenceEqual("INFO"u8))
                {
                    Port = port;
                    return;
                }
            }
            catch (Exception e) when (e is SocketException or IOException)
            {
                ThrowIfGone();
            }

            await Task.Delay(Poll, _time, cancellationToken);
        }
    }

    private static bool TryReadPort(string folder, out int port)
    {
        port = 0;
        try
        {
            string? file = Directory.EnumerateFiles(folder, "*.ports").FirstOrDefault();
            if (file is null)
            {
                return false;
            }

            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(file));
            port = new Uri(document.RootElement.GetProperty("nats")[0].GetString()!).Port;
            return true;
        }
        catch (Exception e) when (e is JsonException or IOException)
        {
            // Seen half-written: the next look sees the rest.
            return false;
        }
    }

    private void ThrowIfGone()
    {
        if (Exited.IsCompleted)
        {
            throw new NatsServerUnavailableException($"nats-server ended at once ({LastWords()}).");
        }
    }

    private string LastWords()
    {
        try
        {
            string? line = File.ReadLines(LogFile).LastOrDefault(static l => l.Contains("[FTL]", StringComparison.Ordinal) || l.Contains("[ERR]", StringComparison.Ordinal));
            return line is null ? _child.LastWords : line[(line.IndexOf(']', line.IndexOf(" [", StringComparison.Ordinal)) + 1)..].Trim();
        }
        catch (IOException)
        {
            return _child.LastWords;
        }
    }
}
