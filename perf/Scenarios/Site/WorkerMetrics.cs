using System.Globalization;

namespace Paddlewheel.Perf.Scenarios;

/// <summary>What a worker says of itself on <c>/metrics</c>.</summary>
internal sealed class WorkerMetrics
{
    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(5) };

    private readonly string[] _lines;

    private WorkerMetrics(string text) => _lines = text.Split('\n');

    /// <summary>Nothing, for a worker that has no metrics or does not answer.</summary>
    public static async Task<WorkerMetrics> OfAsync(WorkerProcess worker, CancellationToken stop)
    {
        if (worker.MetricsPort == 0 || worker.HasExited)
        {
            return Parse("");
        }

        try
        {
            return Parse(await Http.GetStringAsync(new Uri($"http://127.0.0.1:{worker.MetricsPort}/metrics"), stop));
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException && !stop.IsCancellationRequested)
        {
            return Parse("");
        }
    }

    public static WorkerMetrics Parse(string text) => new(text);

    /// <summary>Sum of a metric over its labels; NaN when there is none of that name.</summary>
    /// <param name="name">Without labels.</param>
    /// <param name="label">Only lines that hold this, as <c>function_name="a"</c>; empty is every line.</param>
    public double Sum(string name, string label = "")
    {
        double sum = double.NaN;
        foreach (string line in _lines)
        {
            if (line.StartsWith(name, StringComparison.Ordinal) && line.Length > name.Length && line[name.Length] is ' ' or '{' && line.Contains(label, StringComparison.Ordinal))
            {
                sum = (double.IsNaN(sum) ? 0 : sum) + double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture);
            }
        }

        return sum;
    }
}
