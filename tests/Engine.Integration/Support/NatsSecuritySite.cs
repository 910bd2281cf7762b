using System.Globalization;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;
using Xunit;

namespace Paddlewheel.Engine.Integration.Support;

/// <summary>A guarded nats-server, functions and callbacks; the worker and the gateway's side each show credentials of their own.</summary>
internal sealed class NatsSecuritySite : IAsyncDisposable
{
    /// <summary>The gateway's side in configurations with users.</summary>
    public const string Admin = "{ user: admin, password: \"admin-secret\" }";

    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    private NatsSecuritySite(NatsSecurityServer server, FunctionServer functions, CallbackServer callbacks)
    {
        Server = server;
        Functions = functions;
        Callbacks = callbacks;
        AdminOptions = NatsOpts.Default with
        {
            Url = server.Url,
            AuthOpts = new NatsAuthOpts { Username = "admin", Password = "admin-secret" },
        };
    }

    public NatsSecurityServer Server { get; }

    public FunctionServer Functions { get; }

    public CallbackServer Callbacks { get; }

    /// <summary>How the gateway's side connects.</summary>
    public NatsOpts AdminOptions { get; set; }

    /// <summary>Everything but nats-server runs.</summary>
    public static async Task<NatsSecuritySite> PreparedAsync(CancellationToken cancellationToken)
    {
        FunctionServer functions = await FunctionServer.StartAsync(cancellationToken);
        functions.On("echo", Behaviours.Echo);
        return new NatsSecuritySite(await NatsSecurityServer.PreparedAsync(cancellationToken), functions, await CallbackServer.StartAsync(cancellationToken));
    }

    /// <summary>Everything but workers runs.</summary>
    public static async Task<NatsSecuritySite> StartAsync(string security, CancellationToken cancellationToken)
    {
        NatsSecuritySite site = await PreparedAsync(cancellationToken);
        await site.Server.UpAsync(security, cancellationToken);
        return site;
    }

    /// <summary>A user beside <see cref="Admin"/>.</summary>
    public static string Users(string worker) => $"authorization {{ users: [ {Admin}, {worker} ] }}";

    /// <summary>A worker with the main chart's environment and these changes; further arguments follow the charts' own.</summary>
    public WorkerProcess Launch((string Name, string Value)[] changes, params string[] arguments)
    {
        Dictionary<string, string> environment = Charts.MainChart(Functions.Url);
        environment["nats_port"] = Server.Port.ToString(CultureInfo.InvariantCulture);
        environment["metrics_port"] = FreePort.Next().ToString(CultureInfo.InvariantCulture);
        environment["initial_retry_wait"] = "100ms";
        environment["max_retry_wait"] = "1s";
        foreach ((string name, string value) in changes)
        {
            environment[name] = value;
        }

        return WorkerProcess.Start(environment, [WorkerProcess.LicenseFlag, .. arguments]);
    }

    /// <summary>The worker waits: not ready for this reason, which its log names as well; alive.</summary>
    public static async Task AssertWaitsAsync(WorkerProcess worker, string reason, CancellationToken cancellationToken)
    {
        // The client writes the server's words small in some places.
        await worker.Log.FirstAsync($"a line with '{reason}'", line => line.Contains(reason, StringComparison.OrdinalIgnoreCase), Soon, cancellationToken);
        await Eventually.ReachesAsync(
            $"/readyz names '{reason}'",
            async token =>
            {
                (int status, string text) = await worker.GetAsync("/readyz", token);
                return status == 503 && text.Contains(reason, StringComparison.OrdinalIgnoreCase) ? null : $"{status} {text.Trim()}";
            },
            Soon,
            cancellationToken);
        Assert.Equal(200, (await worker.GetAsync("/healthz", cancellationToken)).Status);
        Assert.False(worker.HasExited);
    }

    /// <summary>The worker gets ready, and a call goes all the way: queue, function, callback, ack.</summary>
    public async Task AssertWorksAsync(WorkerProcess worker, CancellationToken cancellationToken)
    {
        await worker.ReadyAsync(cancellationToken);
        Envelope call = Call.To("echo", Callbacks.Url);
        await PublishAsync([call], cancellationToken);
        await Callbacks.Received.FirstAsync("the callback", c => c.CallId == call.CallId, Soon, cancellationToken);
        await SettledAsync(cancellationToken);
    }

    /// <summary>Publishes as the gateway does.</summary>
    public async Task PublishAsync(IEnumerable<Envelope> calls, CancellationToken cancellationToken)
    {
        await using var nats = new NatsConnection(AdminOptions);
        var jetStream = new NatsJSContext(nats);
        foreach (Envelope call in calls)
        {
            PubAckResponse ack = await jetStream.PublishAsync($"{Site.QueueName}.{call.Function}.openfaas-fn", call.ToJson(), cancellationToken: cancellationToken);
            ack.EnsureSuccess();
        }
    }

    /// <summary>Waits until nothing is pending and nothing unacknowledged.</summary>
    public async Task SettledAsync(CancellationToken cancellationToken)
    {
        await using var nats = new NatsConnection(AdminOptions);
        var jetStream = new NatsJSContext(nats);
        await Eventually.ReachesAsync(
            "the queue is worked off",
            async token =>
            {
                string left = "no consumer";
                await foreach (INatsJSConsumer consumer in jetStream.ListConsumersAsync("OF_" + Site.QueueName, token))
                {
                    left = $"{consumer.Info.NumPending} pending, {consumer.Info.NumAckPending} unacknowledged";
                }

                return left == "0 pending, 0 unacknowledged" ? null : left;
            },
            Soon,
            cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        TestContext.Current.TestOutputHelper?.WriteLine("nats-server:\n" + string.Join('\n', Server.Log.Snapshot().TakeLast(15)));
        await Functions.DisposeAsync();
        await Callbacks.DisposeAsync();
        await Server.DisposeAsync();
    }
}
