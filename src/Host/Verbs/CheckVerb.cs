using System.Net.Sockets;
using NATS.Client.Core;
using NATS.Client.JetStream;
using Paddlewheel.Engine.Fetch;
using Paddlewheel.Engine.Pipeline;
using Paddlewheel.Host.Configuration;
using Paddlewheel.Host.Nats;

namespace Paddlewheel.Host.Verbs;

/// <summary>Looks at everything the configuration points to, changes nothing, and says every problem with its fix.</summary>
internal static class CheckVerb
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public static async Task<int> RunAsync(HostOptions options, IReadOnlyList<string> warnings, TextWriter output)
    {
        var report = new CheckReport(output);
        report.Fine($"configuration: queue {options.Engine.QueueName}, max_inflight {options.Engine.MaxInflight}");
        foreach (string warning in warnings)
        {
            report.Note(warning);
        }

        await GatewayAsync(options, report);
        var nats = new NatsConnection(NatsOptions.From(options) with { RetryOnInitialConnect = false });
        try
        {
            if (await ConnectAsync(nats, options, report))
            {
                await JetStreamAsync(nats, options, report);
            }
        }
        finally
        {
            await WorkerVerb.CloseAsync(nats);
        }

        await output.WriteLineAsync(report.Problems == 0 ? "no problems" : $"{report.Problems} {(report.Problems == 1 ? "problem" : "problems")}");
        return report.Problems == 0 ? ExitCode.Done : ExitCode.Unusable;
    }

    private static async Task<bool> ConnectAsync(NatsConnection nats, HostOptions options, CheckReport report)
    {
        try
        {
            await nats.ConnectAsync().AsTask().WaitAsync(Patience);
            report.Fine($"NATS: {options.NatsUrl}, server {nats.ServerInfo?.Version}, messages up to {nats.ServerInfo?.MaxPayload} bytes");
            return true;
        }
        catch (Exception e)
        {
            // The client's own words say little; what it told its log says more, and a file that is waited for is named there too.
            ConnectionTrouble trouble = ConnectionTrouble.Of(nats)!;
            if (e is not TimeoutException)
            {
                trouble.Note(e);
            }

            string why = trouble.Reason.Length > 0 ? trouble.Reason : $"no answer within {Patience.TotalSeconds:F0} s";
            report.Problem($"NATS at {options.NatsUrl} cannot be used: {why}", ConnectRemedy.For(why, options));
            return false;
        }
    }

    private static async Task JetStreamAsync(NatsConnection nats, HostOptions options, CheckReport report)
    {
        var jetStream = new NatsJSContext(nats);
        using var limit = new CancellationTokenSource(Patience * 4);
        try
        {
            await jetStream.GetAccountInfoAsync(limit.Token);
        }
        catch (Exception e) when (e is NatsException or OperationCanceledException)
        {
            report.Problem("JetStream does not answer on this server or account: " + e.Message, "start nats-server with -js, or enable JetStream for the account");
            return;
        }

        LaneOptions main = LaneOptions.Main(options.Engine);
        await CheckLane.RunAsync(jetStream, main, report, limit.Token);
        if (options.Engine.LegacyStream.Length > 0 && options.Engine.LegacyStream != main.Stream)
        {
            await CheckLane.RunAsync(jetStream, LaneOptions.Legacy(options.Engine), report, limit.Token);
        }
    }

    private static async Task GatewayAsync(HostOptions options, CheckReport report)
    {
        Uri gateway = options.Engine.GatewayUrl;
        using var limit = new CancellationTokenSource(Patience);
        using var socket = new TcpClient();
        try
        {
            await socket.ConnectAsync(gateway.DnsSafeHost, gateway.Port, limit.Token);
            report.Fine($"gateway: {gateway.GetLeftPart(UriPartial.Authority)} accepts connections");
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            string why = e is SocketException ? e.Message : $"no answer within {Patience.TotalSeconds:F0} s";
            report.Problem($"the gateway at {gateway.GetLeftPart(UriPartial.Authority)} cannot be reached: {why}", "start it or correct gateway_url; until then every call is retried");
        }
    }
}
