using NATS.Client.Core;
using Paddlewheel.Engine.Pipeline;
using Paddlewheel.Engine.Telemetry;
using Paddlewheel.Host.Configuration;
using Paddlewheel.Host.Endpoints;
using Paddlewheel.Host.Ingress;
using Paddlewheel.Host.Nats;

namespace Paddlewheel.Host.Verbs;

/// <summary>Takes async calls over HTTP and queues them, until a signal.</summary>
internal static class IngressVerb
{
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(20);

    public static async Task<int> RunAsync(HostOptions options, ILoggerFactory logs, TimeProvider time)
    {
        using var signals = new ShutdownSignals(time);
        ILogger log = logs.CreateLogger(Logs.Main);
        log.Version(BuildInfo.Version, BuildInfo.Commit);
        var nats = new NatsConnection(NatsOptions.From(options, log.CredentialsUnreadable));
        var connection = new ServerConnection(nats, new WorkerHealth(), new EngineMetrics(EngineMetrics.NewRegistry()), log, time);
        connection.Watch(static () => { }, static () => { }, signals.Stop);
        try
        {
            var place = new HttpPlace("the ingress", "ingress_port", options.BindAddress, options.IngressPort);
            await using IngressServer ingress = await IngressServer.StartAsync(nats, options.Engine, place, gateway: null, time, () => connection.Reason);
            await Console.Error.WriteLineAsync($"ingress on {ingress.Url}async-function/NAME");

            // Not awaited: calls are answered 503 until NATS is there, and it may come later than we do.
            Task connecting = connection.OpenAsync(signals.Stop);
            await signals.WaitAsync();
            await ingress.StopAsync(StopTimeout);
            await connecting;
            return ExitCode.Done;
        }
        finally
        {
            await WorkerVerb.CloseAsync(nats);
        }
    }
}
