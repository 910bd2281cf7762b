using System.Globalization;
using Paddlewheel.Host.Dev;

namespace Paddlewheel.Perf.Scenarios;

/// <summary>One nats-server, or a cluster of several on this machine.</summary>
internal sealed class NatsNodes : IAsyncDisposable
{
    // The server's own limit is 1 MiB; a large body grows by a third on its way into the envelope.
    private const string Settings = "max_payload: 8MB\n";

    private readonly List<NatsServerProcess> _servers = [];
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("paddlewheel-load-");

    private readonly int _monitorPort = FreePorts.Take(1)[0];

    private NatsNodes(string version) => Version = version;

    public string Version { get; }

    public int Port => _servers[0].Port;

    public string Url => _servers[0].Url;

    /// <summary>What the first server says of itself.</summary>
    public ServerMonitor Monitor => new(_monitorPort, _servers[0].Pid);

    public static async Task<NatsNodes> StartAsync(int count, int body, CancellationToken stop)
    {
        NatsServerBinary binary = await NatsServerResolver.OfThisMachine(Progress.Say).ResolveAsync(stop);
        NatsNodes nodes = new(binary.Version);
        try
        {
            int[] ports = count == 1 ? [] : FreePorts.Take(count);
            string large = body > 512 * 1024 ? Settings : "";
            NatsServerSettings[] settings = [.. Enumerable.Range(0, count).Select(node => nodes.Configure(node, large + Cluster(node, ports)))];
            nodes._servers.AddRange(await Task.WhenAll(settings.Select(it => NatsServerProcess.StartAsync(binary.Path, it, cancellationToken: stop))));
            return nodes;
        }
        catch
        {
            await nodes.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (NatsServerProcess server in _servers)
        {
            await server.DisposeAsync();
        }

        _folder.Delete(recursive: true);
    }

    private NatsServerSettings Configure(int node, string text)
    {
        string[] monitor = node == 0 ? ["-m", _monitorPort.ToString(CultureInfo.InvariantCulture)] : [];
        if (text.Length == 0)
        {
            return new NatsServerSettings { ExtraArguments = monitor };
        }

        string file = Path.Combine(_folder.FullName, $"node-{node}.conf");
        File.WriteAllText(file, text);
        return new NatsServerSettings { ConfigFile = file, ExtraArguments = monitor };
    }

    private static string Cluster(int node, int[] ports) => ports.Length == 0 ? "" : $$"""
        server_name: node-{{node}}
        cluster {
          name: load
          listen: 127.0.0.1:{{ports[node]}}
          routes: [{{string.Join(", ", ports.Where((_, other) => other != node).Select(port => $"nats://127.0.0.1:{port}"))}}]
        }

        """;
}
