namespace Paddlewheel.Perf.Scenarios;

/// <summary>What the workers use between two moments: processor time by the kernel, managed bytes and collections by themselves.</summary>
internal sealed class Meter
{
    private readonly LoadSite _site;
    private Reading _from;

    private Meter(LoadSite site) => _site = site;

    /// <summary>When the measured part began, a timestamp.</summary>
    public long StartedAt { get; private set; } = TimeProvider.System.GetTimestamp();

    /// <summary>Runs begun before the measured part.</summary>
    public int RunsBefore { get; private set; }

    /// <summary>From the start of the processes on: what a fresh worker costs is in it.</summary>
    public static Meter FromStart(LoadSite site) => new(site);

    /// <summary>From now on.</summary>
    public static async Task<Meter> StartAsync(LoadSite site, CancellationToken stop)
    {
        Meter meter = new(site);
        Reading managed = await ManagedAsync(site, stop);
        meter._from = managed with { Cpu = site.Cpu };
        meter.RunsBefore = site.Functions.All.Runs;
        meter.StartedAt = TimeProvider.System.GetTimestamp();
        return meter;
    }

    /// <summary>Adds what was used since; the workers must still be there.</summary>
    public async Task AddAsync(ScenarioResult result, CancellationToken stop)
    {
        TimeSpan cpu = _site.Cpu - _from.Cpu;
        int runs = Math.Max(1, _site.Functions.All.Runs - RunsBefore);
        long now = TimeProvider.System.GetTimestamp();
        Reading managed = await ManagedAsync(_site, stop);
        result.Add("runs measured", runs, "F0");
        result.Add("worker CPU, us/run", cpu.TotalMicroseconds / runs, "F1");
        result.Add("worker CPU, % of one core", 100 * cpu / TimeProvider.System.GetElapsedTime(StartedAt, now), "F1");
        result.Add("RSS at the end, MiB", _site.Workers.Sum(static worker => worker.Rss) / 1024.0, "F1");
        result.Add("RSS at most, MiB", _site.Workers.Max(static worker => worker.PeakRss) / 1024.0, "F1");
        // What a worker that has left allocated is not known any more.
        if (!double.IsNaN(managed.Bytes) && !_site.Workers.Any(static worker => worker.HasExited))
        {
            result.Add("managed bytes/run", (managed.Bytes - _from.Bytes) / runs, "F0");
            result.Add("collections, generation 0", managed.Gen0 - _from.Gen0, "F0");
            result.Add("collections, generation 2", managed.Gen2 - _from.Gen2, "F0");
        }
    }

    private static async Task<Reading> ManagedAsync(LoadSite site, CancellationToken stop)
    {
        WorkerMetrics[] metrics = await Task.WhenAll(site.Workers.Where(static worker => !worker.HasExited).Select(worker => WorkerMetrics.OfAsync(worker, stop)));
        return new Reading(
            TimeSpan.Zero,
            metrics.Sum(static it => it.Sum("paddlewheel_allocated_bytes_total")),
            metrics.Sum(static it => it.Sum("dotnet_collection_count_total", "generation=\"0\"")),
            metrics.Sum(static it => it.Sum("dotnet_collection_count_total", "generation=\"2\"")));
    }

    private readonly record struct Reading(TimeSpan Cpu, double Bytes, double Gen0, double Gen2);
}
