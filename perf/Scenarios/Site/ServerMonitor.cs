using System.Text.Json;

namespace Paddlewheel.Perf.Scenarios;

/// <summary>What a nats-server counts, from its monitoring port: every client's messages, this program's too.</summary>
internal sealed class ServerMonitor(int port, int pid)
{
    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(10) };

    public async Task<ServerCounts> ReadAsync(CancellationToken stop)
    {
        using JsonDocument server = await GetAsync("varz", stop);
        using JsonDocument jetStream = await GetAsync("jsz", stop);
        JsonElement varz = server.RootElement;
        return new ServerCounts(
            TimeProvider.System.GetTimestamp(),
            varz.GetProperty("in_msgs").GetInt64(),
            varz.GetProperty("out_msgs").GetInt64(),
            jetStream.RootElement.GetProperty("api").GetProperty("total").GetInt64(),
            varz.GetProperty("connections").GetInt32(),
            varz.GetProperty("subscriptions").GetInt32(),
            new ProcessBook(pid).Cpu,
            new ProcessBook(pid).Rss.Now / 1024.0);
    }

    private async Task<JsonDocument> GetAsync(string page, CancellationToken stop) =>
        JsonDocument.Parse(await Http.GetStringAsync(new Uri($"http://127.0.0.1:{port}/{page}"), stop));
}

/// <param name="At">Timestamp of the reading.</param>
/// <param name="In">Messages from clients so far.</param>
/// <param name="Out">Messages to clients so far.</param>
/// <param name="Api">JetStream API requests so far; pulls and acks are not among them.</param>
/// <param name="Connections">Of clients, now.</param>
/// <param name="Subscriptions">Now, the server's own among them.</param>
/// <param name="Cpu">Processor time so far.</param>
/// <param name="RssMiB">Resident memory now.</param>
internal sealed record ServerCounts(long At, long In, long Out, long Api, int Connections, int Subscriptions, TimeSpan Cpu, double RssMiB);
