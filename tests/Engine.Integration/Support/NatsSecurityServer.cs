using System.Diagnostics;
using System.Globalization;

namespace Paddlewheel.Engine.Integration.Support;

/// <summary>A real nats-server with a configuration file of the test's own, which can be changed while it runs (SIGHUP).</summary>
internal sealed class NatsSecurityServer : IAsyncDisposable
{
    private const int Reload = 1;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private readonly string _binary;
    private readonly TempFolder _folder = new();
    private Process? _process;
    private int _reloads;

    private NatsSecurityServer(string binary) => _binary = binary;

    public int Port { get; } = FreePort.Next();

    public string Url => $"nats://127.0.0.1:{Port}";

    /// <summary>What it says.</summary>
    public Watch<string> Log { get; } = new();

    /// <summary>Where a test may put its files; removed with the server.</summary>
    public string Folder => _folder.Path;

    private string Configuration => Path.Combine(Folder, "nats.conf");

    /// <summary>Not running yet: some configurations name files in <see cref="Folder"/>.</summary>
    public static async Task<NatsSecurityServer> PreparedAsync(CancellationToken cancellationToken) =>
        new(await NatsBinaries.NewestAsync(cancellationToken));

    /// <param name="security">The part of the configuration that is about security.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task UpAsync(string security, CancellationToken cancellationToken)
    {
        await ConfigureAsync(security, cancellationToken);
        var start = new ProcessStartInfo(_binary) { RedirectStandardError = true, RedirectStandardOutput = true };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add(Configuration);
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, e) => Keep(e.Data);
        _process.ErrorDataReceived += (_, e) => Keep(e.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        await Log.FirstAsync("nats-server is ready or gone", static l => l.Contains("Server is ready", StringComparison.Ordinal) || l.StartsWith("nats-server:", StringComparison.Ordinal), Limit, cancellationToken);
        if (Log.Where(static l => l.StartsWith("nats-server:", StringComparison.Ordinal)).Count > 0)
        {
            throw new InvalidOperationException(string.Join('\n', Log.Snapshot()));
        }
    }

    /// <summary>Changes the security of the running server, as an operator does.</summary>
    public async Task ChangeAsync(string security, CancellationToken cancellationToken)
    {
        await ConfigureAsync(security, cancellationToken);
        Signals.Send(_process!, Reload);
        await Log.NthAsync("nats-server has reloaded", ++_reloads, static l => l.Contains("Reloaded server configuration", StringComparison.Ordinal), Limit, cancellationToken);
    }

    /// <summary>Writes a file into <see cref="Folder"/> and says where it is.</summary>
    public async Task<string> FileAsync(string name, string text, CancellationToken cancellationToken)
    {
        string path = Path.Combine(Folder, name);
        await File.WriteAllTextAsync(path, text, cancellationToken);
        return path;
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is { } process)
        {
            Signals.Send(process, Signals.Kill);
            await process.WaitForExitAsync(CancellationToken.None).WaitAsync(Limit);
            process.Dispose();
        }

        _folder.Dispose();
    }

    private Task ConfigureAsync(string security, CancellationToken cancellationToken) => File.WriteAllTextAsync(
        Configuration,
        $$"""
        host: "127.0.0.1"
        port: {{Port.ToString(CultureInfo.InvariantCulture)}}
        jetstream { store_dir: "{{Folder}}/store" }
        {{security}}
        """,
        cancellationToken);

    private void Keep(string? line)
    {
        if (line is not null)
        {
            Log.Add(line);
        }
    }
}
