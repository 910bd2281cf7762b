using System.Diagnostics;
using System.Globalization;
using Xunit;

namespace Paddlewheel.Engine.Integration.Support;

/// <summary>
/// The worker as Kubernetes starts it: the executable, its arguments and a clean environment. What it says and shows is all that a
/// test knows of it.
/// </summary>
internal sealed class WorkerProcess : IAsyncDisposable
{
    /// <summary>The only argument of both charts; the file does not exist here.</summary>
    public const string LicenseFlag = "-license-file=/var/secrets/license/license";

    private const int DefaultMetricsPort = 8081;

    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(5) };

    private readonly Process _process;
    private readonly Uri _endpoints;

    private WorkerProcess(Process process, int metricsPort)
    {
        _process = process;
        _endpoints = new Uri("http://127.0.0.1:" + metricsPort.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>Lines on standard error, where the worker logs.</summary>
    public Watch<string> Log { get; } = new();

    /// <summary>Lines on standard output, which should stay empty.</summary>
    public Watch<string> Output { get; } = new();

    public bool HasExited => _process.HasExited;

    /// <summary>Names of its threads.</summary>
    public IEnumerable<string> Threads => Directory.GetDirectories($"/proc/{_process.Id}/task").Select(static task => File.ReadAllText(Path.Combine(task, "comm")).TrimEnd());

    /// <summary>Bytes of memory it has had at most, as the kernel counts them.</summary>
    public long PeakMemory => File.ReadLines($"/proc/{_process.Id}/status").Where(static line => line.StartsWith("VmHWM:", StringComparison.Ordinal))
        .Select(static line => long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) * 1024).Single();

    /// <summary>Starts it with exactly these variables beside PATH, HOME and DOTNET_ROOT.</summary>
    public static WorkerProcess Start(IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        var start = new ProcessStartInfo { RedirectStandardError = true, RedirectStandardOutput = true, WorkingDirectory = "/" };
        WorkerProgram.Describe(start);
        foreach (string argument in arguments.Length > 0 ? arguments : [LicenseFlag])
        {
            start.ArgumentList.Add(argument);
        }

        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        int port = environment.TryGetValue("metrics_port", out string? text)
            && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int asked) ? asked : DefaultMetricsPort;
        var worker = new WorkerProcess(new Process { StartInfo = start }, port);
        worker._process.ErrorDataReceived += (_, e) => Keep(worker.Log, e.Data);
        worker._process.OutputDataReceived += (_, e) => Keep(worker.Output, e.Data);
        worker._process.Start();
        worker._process.BeginErrorReadLine();
        worker._process.BeginOutputReadLine();
        return worker;
    }

    public void Signal(int signal) => Signals.Send(_process, signal);

    /// <summary>Waits until <c>/readyz</c> says 200.</summary>
    public Task ReadyAsync(CancellationToken cancellationToken) => Eventually.ReachesAsync(
        "the worker is ready",
        async token =>
        {
            ThrowIfExited();
            (int status, string text) = await GetAsync("/readyz", token);
            return status == 200 ? null : $"{status} {text.Trim()}";
        },
        TimeSpan.FromSeconds(30),
        cancellationToken);

    /// <summary>Waits for a line of the log, past or future.</summary>
    public Task<string> LineAsync(string part, CancellationToken cancellationToken, TimeSpan? within = null) =>
        Log.FirstAsync($"a log line with '{part}'", line => line.Contains(part, StringComparison.Ordinal), within ?? TimeSpan.FromSeconds(20), cancellationToken);

    /// <summary>One of the worker's own endpoints; status 0 when nobody answers.</summary>
    public async Task<(int Status, string Text)> GetAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            using HttpResponseMessage response = await Http.GetAsync(new Uri(_endpoints, path), cancellationToken);
            return ((int)response.StatusCode, await response.Content.ReadAsStringAsync(cancellationToken));
        }
        catch (HttpRequestException e)
        {
            return (0, e.Message);
        }
    }

    public async Task<MetricsPage> MetricsAsync(CancellationToken cancellationToken)
    {
        (int status, string text) = await GetAsync("/metrics", cancellationToken);
        Assert.True(status == 200, $"/metrics answered {status} {text}");
        return new MetricsPage(text);
    }

    /// <summary>Waits for the end, all output read; returns the exit code.</summary>
    public async Task<int> ExitAsync(TimeSpan within, CancellationToken cancellationToken)
    {
        try
        {
            await _process.WaitForExitAsync(cancellationToken).WaitAsync(within, cancellationToken);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"the worker did not exit within {within.TotalSeconds:F0} s:\n{Tail(30)}");
        }

        return _process.ExitCode;
    }

    /// <summary>SIGTERM, then the exit code.</summary>
    public Task<int> TerminateAsync(TimeSpan within, CancellationToken cancellationToken)
    {
        Signal(Signals.Terminate);
        return ExitAsync(within, cancellationToken);
    }

    /// <summary>The last lines of the log.</summary>
    public string Tail(int lines) => string.Join('\n', Log.Snapshot().TakeLast(lines));

    public async ValueTask DisposeAsync()
    {
        Signal(Signals.Kill);
        await _process.WaitForExitAsync(CancellationToken.None);

        // xunit shows this with a failed test only.
        TestContext.Current.TestOutputHelper?.WriteLine($"worker {_process.Id}, {Log.Count} lines, the last ones:\n{Tail(40)}");
        _process.Dispose();
    }

    private void ThrowIfExited()
    {
        if (_process.HasExited)
        {
            throw new InvalidOperationException($"the worker exited with {_process.ExitCode}:\n{Tail(30)}");
        }
    }

    private static void Keep(Watch<string> lines, string? line)
    {
        if (line is not null)
        {
            lines.Add(line);
        }
    }
}
