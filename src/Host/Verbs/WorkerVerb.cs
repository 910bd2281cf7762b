using NATS.Client.Core;
using Paddlewheel.Engine.Fetch;
using Paddlewheel.Engine.Pipeline;
using Paddlewheel.Engine.Telemetry;
using Paddlewheel.Host.Configuration;
using Paddlewheel.Host.Endpoints;
using Paddlewheel.Host.Nats;

namespace Paddlewheel.Host.Verbs;

/// <summary>The drop-in: environment in, work done, drained on SIGTERM.</summary>
internal static class WorkerVerb
{
    private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(2);

    public static async Task<int> RunAsync(HostOptions options, ILoggerFactory logs, IInvocationLog invocations, TimeProvider time)
    {
        using var signals = new ShutdownSignals(time);
        ILogger log = logs.CreateLogger(Logs.Main);
        log.Version(BuildInfo.Version, BuildInfo.Commit);
        return await RunAsync(options, logs, invocations, time, signals.Stop, signals.Abort);
    }

    /// <summary>Also what <c>dev</c> runs.</summary>
    /// <param name="options">The configuration.</param>
    /// <param name="logs">Where lines go.</param>
    /// <param name="invocations">Where the lines of every message go.</param>
    /// <param name="time">The clock.</param>
    /// <param name="stop">Asks for a drain.</param>
    /// <param name="abort">Ends the drain.</param>
    /// <param name="started">Told the metrics address and the worker's health as soon as they are served.</param>
    public static async Task<int> RunAsync(
        HostOptions options, ILoggerFactory logs, IInvocationLog invocations, TimeProvider time, CancellationToken stop, CancellationToken abort, Action<Uri, WorkerHealth>? started = null)
    {
        ILogger log = logs.CreateLogger(Logs.Main);
        var registry = EngineMetrics.NewRegistry();
        var metrics = new EngineMetrics(registry);
        WorkerHealth? health = null;

        // The metrics server and the connection take about as long as each other to make, and neither needs the other.
        var place = new HttpPlace("the metrics server", "metrics_port", options.BindAddress, options.MetricsPort);
        var endpoints = new WorkerEndpoints(registry, () => Volatile.Read(ref health));
        Task<HttpServer> serving = Task.Run(() => HttpServer.StartAsync(place, endpoints.HandleAsync), CancellationToken.None);
        _ = serving.ContinueWith(_ => Prepare(metrics), TaskScheduler.Default);
        var nats = new NatsConnection(NatsOptions.From(options, log.CredentialsUnreadable));
        try
        {
            await using var worker = new QueueWorker(options.Engine, nats, metrics, logs, time, invocations, (stop, abort));
            Volatile.Write(ref health, worker.Health);
            await using HttpServer http = await serving;
            log.MetricsServer(http.Url.Port);
            started?.Invoke(http.Url, worker.Health);
            await worker.RunAsync(stop, abort);
            return ExitCode.Done;
        }
        catch (StartupException)
        {
            throw;
        }
        catch (Exception e)
        {
            log.Unexpected("worker", e);
            return ExitCode.Failed;
        }
        finally
        {
            await CloseAsync(nats);
        }
    }

    // What only the first use of costs, and what the first message would wait for otherwise.
    private static void Prepare(EngineMetrics metrics)
    {
        metrics.Prepare();
        JetStreamAnswers.Prepare();
    }

    /// <summary>A server that does not answer must not hold the process beyond its grace period.</summary>
    internal static async Task CloseAsync(NatsConnection nats)
    {
        try
        {
            await nats.DisposeAsync().AsTask().WaitAsync(CloseTimeout);
        }
        catch (Exception e) when (e is TimeoutException or NatsException)
        {
            // The engine has flushed already what had to be flushed; the server drops the rest of the connection itself.
        }
    }
}
