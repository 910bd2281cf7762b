namespace Paddlewheel.Perf.Scenarios;

/// <summary>What worker and nats-server use between two moments, as rates.</summary>
internal sealed class LaneMeter
{
    private readonly LoadSite _site;
    private readonly ServerCounts _from;
    private readonly TimeSpan _cpu;
    private readonly int _runs;
    private readonly int _published;

    private LaneMeter(LoadSite site, ServerCounts from)
    {
        _site = site;
        _from = from;
        _cpu = site.Cpu;
        _runs = site.Functions.All.Runs;
        _published = site.Queue.Publisher.Published;
    }

    public static async Task<LaneMeter> StartAsync(LoadSite site, CancellationToken stop) => new(site, await site.Monitor.ReadAsync(stop));

    /// <summary>Adds the figures; what this program published in the time is not among the messages.</summary>
    /// <returns>Messages a second to the server.</returns>
    public async Task<double> AddAsync(ScenarioResult result, string name, CancellationToken stop)
    {
        ServerCounts to = await _site.Monitor.ReadAsync(stop);
        TimeSpan cpu = _site.Cpu - _cpu;
        TimeSpan time = TimeProvider.System.GetElapsedTime(_from.At, to.At);
        WorkerMetrics worker = await WorkerMetrics.OfAsync(_site.Workers[^1], stop);
        double messages = (to.In - _from.In - (_site.Queue.Publisher.Published - _published)) / time.TotalSeconds;
        int runs = _site.Functions.All.Runs - _runs;
        if (runs > 0)
        {
            result.Add($"{name}: calls/s", runs / time.TotalSeconds, "F0");
        }

        result.Add($"{name}: worker RSS, MiB", _site.Workers[^1].Rss / 1024.0, "F1");
        result.Add($"{name}: worker managed, MiB", worker.Sum("dotnet_total_memory_bytes") / 1048576, "F1");
        result.Add($"{name}: worker CPU, % of one core", 100 * cpu / time, "F1");
        result.Add($"{name}: lanes that share", worker.Sum("paddlewheel_lanes"), "F0");
        result.Add($"{name}: messages to the server/s", messages, "F0");
        result.Add($"{name}: messages from the server/s", (to.Out - _from.Out) / time.TotalSeconds, "F0");
        result.Add($"{name}: JetStream API requests/s", (to.Api - _from.Api) / time.TotalSeconds, "F0");
        result.Add($"{name}: connections of the worker", to.Connections - 1, "F0");
        result.Add($"{name}: nats-server RSS, MiB", to.RssMiB, "F1");
        result.Add($"{name}: nats-server CPU, % of one core", 100 * (to.Cpu - _from.Cpu) / time, "F1");
        return messages;
    }
}
