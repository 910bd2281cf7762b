using NATS.Client.Core;
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
        var nats = new NatsConnection(NatsOptions.From(options));
        nats.ConnectionOpened += (_, _) =>
        {
            log.Connected(nats.ServerInfo?.Name ?? "", nats.ServerInfo?.Version ?? "");
            return ValueTask.CompletedTask;
        };
        nats.ConnectionDisconnected += (_, e) =>
        {
            log.Disconnected(e.Message);
            return ValueTask.CompletedTask;
        };
        try
        {
            var place = new HttpPlace("the ingress", "ingress_port", options.BindAddress, options.IngressPort);
            await using IngressServer ingress = await IngressServer.StartAsync(nats, options.Engine, place, gateway: null, time);
            await Console.Error.WriteLineAsync($"ingress on {ingress.Url}async-function/NAME");

            // Not awaited: calls are answered 503 until NATS is there, and it may come later than we do.
            Task connecting = nats.ConnectAsync().AsTask();
            await signals.WaitAsync();
            await ingress.StopAsync(StopTimeout);
            _ = connecting.ContinueWith(static t => t.Exception, TaskScheduler.Default);
            return ExitCode.Done;
        }
        finally
        {
            await WorkerVerb.CloseAsync(nats);
        }
    }
}
