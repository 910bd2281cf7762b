using System.Diagnostics;
using System.Globalization;
using Paddlewheel.Host.Dev;

namespace Paddlewheel.Perf.Load;

/// <summary>
/// The worker as it is shipped, as a child. Its log goes straight into a file, so that reading it costs this process nothing;
/// writing it is the worker's own work and is counted.
/// </summary>
internal sealed class WorkerProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly string _log;

    private WorkerProcess(Process process, string log)
    {
        _process = process;
        _log = log;
    }

    public ProcessBook Book => new(_process.Id);

    public static WorkerProcess Start(LoadOptions options, int natsPort, Uri gateway)
    {
        string program = options.Worker.Length > 0 ? options.Worker : Path.Combine(AppContext.BaseDirectory, "jetstream-queue-worker");
        if (!File.Exists(program))
        {
            throw new LoadException($"there is no worker at {program}");
        }

        string log = Path.Combine(Path.GetTempPath(), $"paddlewheel-load-{Environment.ProcessId}.log");
        ProcessStartInfo start = new("/bin/sh", ["-c", "exec \"$0\" \"$@\" >\"$load_log\" 2>&1", program, "-license-file=/var/secrets/license/license"]);
        (string Name, string Value)[] environment =
        [
            ("load_log", log), ("nats_host", "127.0.0.1"), ("nats_port", Text(natsPort)), ("queue_name", Queue.Name), ("max_inflight", Text(options.MaxInflight)),
            ("gateway_url", gateway.ToString()), ("ack_wait", "60s"), ("metrics_port", "0"), ("bind_address", "127.0.0.1"),
        ];
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        return new WorkerProcess(Process.Start(start)!, log);
    }

    public void ThrowIfExited()
    {
        if (_process.HasExited)
        {
            throw new LoadException($"the worker exited with {_process.ExitCode}:\n{Tail()}");
        }
    }

    /// <summary>SIGTERM, as Kubernetes does it; the exit code.</summary>
    public async Task<int> StopAsync(CancellationToken stop)
    {
        UnixSignals.Terminate(_process.Id);
        await _process.WaitForExitAsync(stop).WaitAsync(TimeSpan.FromSeconds(40), stop);
        return _process.ExitCode;
    }

    public string Tail() => File.Exists(_log) ? string.Join('\n', File.ReadLines(_log).TakeLast(15)) : "";

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
        File.Delete(_log);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
