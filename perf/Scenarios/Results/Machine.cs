using System.Runtime.InteropServices;

namespace Paddlewheel.Perf.Scenarios;

/// <summary>Where it ran. Not a setting: two results of different machines can be compared, by whoever knows what that is worth.</summary>
internal sealed record Machine(string NatsServer, string Runtime, string System, string Processor, int Processors, double MemoryGiB, string At)
{
    public static Machine OfThisOne(string natsServer) => new(
        natsServer,
        RuntimeInformation.FrameworkDescription,
        RuntimeInformation.OSDescription,
        Field("/proc/cpuinfo", "model name"),
        Environment.ProcessorCount,
        Math.Round(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 1073741824.0, 1),
        TimeProvider.System.GetUtcNow().ToString("yyyy-MM-dd HH:mm:ss'Z'", global::System.Globalization.CultureInfo.InvariantCulture));

    private static string Field(string file, string name) => File.Exists(file)
        ? File.ReadLines(file).FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal))?.Split(':', 2)[^1].Trim() ?? ""
        : "";
}
