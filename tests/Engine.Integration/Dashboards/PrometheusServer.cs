using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Paddlewheel.Engine.Integration.Support;

namespace Paddlewheel.Engine.Integration.Dashboards;

/// <summary>A real Prometheus on loopback that scrapes workers every five seconds and evaluates our rules.</summary>
internal sealed class PrometheusServer : IAsyncDisposable
{
    /// <summary>Names the program; what needs it is skipped without.</summary>
    public const string Variable = "PADDLEWHEEL_PROMETHEUS";

    /// <summary>What Grafana makes of <c>$__rate_interval</c> at this scrape interval: four scrapes.</summary>
    public const string RateInterval = "20s";

    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(30) };

    private readonly TempFolder _folder = new();
    private readonly Watch<string> _lines = new();
    private readonly int _port = FreePort.Next();
    private Process? _process;

    public static async Task<PrometheusServer> StartAsync(string program, IEnumerable<string> targets, CancellationToken stop)
    {
        var server = new PrometheusServer();
        string config = Path.Combine(server._folder.Path, "prometheus.yml");
        await File.WriteAllTextAsync(config, $"""
            global: {"{"} scrape_interval: 5s, evaluation_interval: 5s {"}"}
            rule_files: ["{DeployFiles.Path(RuleFile.File)}"]
            scrape_configs:
              - job_name: queue-worker
                static_configs: [{string.Join(", ", targets.Select(static (it, i) => $"{{ targets: [\"{it}\"], labels: {{ instance: worker-{i + 1} }} }}"))}]
            """, stop);
        var start = new ProcessStartInfo(program) { RedirectStandardError = true, RedirectStandardOutput = true };
        string listen = "127.0.0.1:" + server._port.ToString(CultureInfo.InvariantCulture);
        foreach (string argument in (string[])["--config.file=" + config, "--storage.tsdb.path=" + Path.Combine(server._folder.Path, "data"), "--web.listen-address=" + listen])
        {
            start.ArgumentList.Add(argument);
        }

        server._process = new Process { StartInfo = start };
        server._process.ErrorDataReceived += (_, e) => server._lines.Add(e.Data ?? "");
        server._process.OutputDataReceived += (_, e) => server._lines.Add(e.Data ?? "");
        server._process.Start();
        server._process.BeginErrorReadLine();
        server._process.BeginOutputReadLine();
        await Eventually.ReachesAsync("Prometheus is ready", server.WhyNotReadyAsync, TimeSpan.FromSeconds(30), stop);
        return server;
    }

    /// <summary>Series of an expression between two moments; an error of Prometheus is an exception with its words.</summary>
    public async Task<IReadOnlyList<Series>> RangeAsync(string expression, DateTimeOffset from, DateTimeOffset to, TimeSpan step, CancellationToken stop)
    {
        JsonElement data = await AskAsync(
            string.Create(CultureInfo.InvariantCulture, $"query_range?query={Uri.EscapeDataString(expression)}&start={from.ToUnixTimeSeconds()}&end={to.ToUnixTimeSeconds()}&step={step.TotalSeconds}"), stop);
        return [.. data.GetProperty("result").EnumerateArray().Select(static it => new Series(Labels(it.GetProperty("metric")), [.. it.GetProperty("values").EnumerateArray().Select(Point)]))];
    }

    /// <summary>Name, health and last error of every rule.</summary>
    public async Task<IReadOnlyList<(string Name, string Health, string Error, string State)>> RulesAsync(CancellationToken stop) =>
    [
        .. from rules in (await AskAsync("rules", stop)).GetProperty("groups").EnumerateArray()
           from rule in rules.GetProperty("rules").EnumerateArray()
           select (Text(rule, "name"), Text(rule, "health"), Text(rule, "lastError"), Text(rule, "state")),
    ];

    public async ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false } process)
        {
            Signals.Send(process, Signals.Terminate);
            await process.WaitForExitAsync(CancellationToken.None);
        }

        _process?.Dispose();
        _folder.Dispose();
    }

    private static async Task<JsonElement> ParseAsync(HttpResponseMessage response, CancellationToken stop)
    {
        using JsonDocument document = JsonDocument.Parse(await response.Content.ReadAsStringAsync(stop));
        return Text(document.RootElement, "status") == "success"
            ? document.RootElement.GetProperty("data").Clone()
            : throw new InvalidOperationException(Text(document.RootElement, "error"));
    }

    private async Task<JsonElement> AskAsync(string path, CancellationToken stop)
    {
        using HttpResponseMessage response = await Http.GetAsync(new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{_port}/api/v1/{path}")), stop);
        return await ParseAsync(response, stop);
    }

    private async Task<string?> WhyNotReadyAsync(CancellationToken stop)
    {
        if (_process is not { HasExited: false })
        {
            throw new InvalidOperationException("Prometheus ended:\n" + string.Join('\n', _lines.Snapshot()));
        }

        try
        {
            using HttpResponseMessage response = await Http.GetAsync(new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{_port}/-/ready")), stop);
            return response.IsSuccessStatusCode ? null : response.StatusCode.ToString();
        }
        catch (HttpRequestException e)
        {
            return e.Message;
        }
    }

    private static Dictionary<string, string> Labels(JsonElement metric) =>
        metric.EnumerateObject().ToDictionary(static it => it.Name, static it => it.Value.GetString()!, StringComparer.Ordinal);

    private static (double Time, double Value) Point(JsonElement pair) =>
        (pair[0].GetDouble(), double.Parse(pair[1].GetString()!.Replace("Inf", "Infinity", StringComparison.Ordinal), CultureInfo.InvariantCulture));

    private static string Text(JsonElement json, string name) => json.TryGetProperty(name, out JsonElement value) ? value.GetString()! : "";

    internal sealed record Series(IReadOnlyDictionary<string, string> Labels, IReadOnlyList<(double Time, double Value)> Points);
}
