using System.Diagnostics;
using System.Globalization;
using Paddlewheel.Host.Dev;

namespace Paddlewheel.Perf.Scenarios;

/// <summary>
/// The worker as it is shipped, as a child. Its log goes straight into a file, so that reading it costs this process nothing;
/// writing it is the worker's own work and is counted.
/// </summary>
internal sealed class WorkerProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly string _log;
    private (TimeSpan Cpu, long Peak) _last;
    private bool _asked;

    private WorkerProcess(Process process, int number, string log, int metricsPort)
    {
        _process = process;
        _log = log;
        Number = number;
        MetricsPort = metricsPort;
    }

    /// <summary>From 0, in the order of their start.</summary>
    public int Number { get; }

    /// <summary>0 when the environment that was asked for has another one.</summary>
    public int MetricsPort { get; }

    public bool HasExited => _process.HasExited;

    /// <summary>Processor time so far; of a worker that has left, what was last read while it was there.</summary>
    public TimeSpan Cpu => Read().Cpu;

    /// <summary>Resident memory at most, KiB.</summary>
    public long PeakRss => Read().Peak;

    /// <summary>Resident memory now, KiB; 0 when it has left.</summary>
    public long Rss => _process.HasExited ? 0 : new ProcessBook(_process.Id).Rss.Now;

    public static WorkerProcess Start(SiteOptions options, int number, int natsPort, Uri gateway, (string Name, string Value)[] more)
    {
        string program = options.Worker.Length > 0 ? Path.GetFullPath(options.Worker) : Path.Combine(AppContext.BaseDirectory, "jetstream-queue-worker");
        if (!File.Exists(program))
        {
            throw new LoadException($"there is no worker at {program}");
        }

        string log = Path.Combine(Path.GetTempPath(), $"paddlewheel-load-{Environment.ProcessId}-{Interlocked.Increment(ref _logs)}.log");
        int metricsPort = FreePorts.Take(1)[0];
        ProcessStartInfo start = new("/bin/sh", ["-c", "exec \"$0\" \"$@\" >\"$load_log\" 2>&1", program, "-license-file=/var/secrets/license/license"]);
        string queue = options.OlderLayout ? "" : Queue.Name;
        (string Name, string Value)[] environment =
        [
            ("load_log", log), ("nats_host", "127.0.0.1"), ("nats_port", Text(natsPort)), ("queue_name", queue), ("max_inflight", Text(options.MaxInflight)),
            ("nats_stream", Queue.OlderStream), ("nats_durable", Queue.OlderDurable),
            ("gateway_url", gateway.GetLeftPart(UriPartial.Authority)), ("ack_wait", "60s"), ("metrics_port", Text(metricsPort)), ("bind_address", "127.0.0.1"),
            .. options.Environment.Select(static pair => (pair.Key, pair.Value)), .. more,
        ];
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        return new WorkerProcess(Process.Start(start)!, number, log, start.Environment["metrics_port"] == Text(metricsPort) ? metricsPort : 0);
    }

    /// <summary>A worker that leaves unasked ends the run.</summary>
    public void ThrowIfExited()
    {
        if (_process.HasExited && !_asked)
        {
            throw new LoadException($"worker {Number} exited with {_process.ExitCode}:\n{Tail()}");
        }
    }

    /// <summary>SIGTERM, as Kubernetes does it; the exit code.</summary>
    public async Task<int> StopAsync(CancellationToken stop)
    {
        Read();
        _asked = true;
        if (!_process.HasExited)
        {
            UnixSignals.Terminate(_process.Id);
        }

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

    // The kernel's book closes with the process; between the two looks it may go.
    private (TimeSpan Cpu, long Peak) Read()
    {
        try
        {
            if (!_process.HasExited)
            {
                ProcessBook book = new(_process.Id);
                _last = (book.Cpu, Math.Max(book.Rss.Peak, _last.Peak));
            }
        }
        catch (Exception e) when (e is IOException or InvalidOperationException)
        {
            // What was read last stays.
        }

        return _last;
    }

    private static int _logs;

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
