using System.Globalization;

namespace Paddlewheel.Engine.Integration.Support;

/// <summary>Everything around a worker: nats-server, functions, callbacks, the queue. Workers are started by the test.</summary>
internal sealed class Site : IAsyncDisposable
{
    public const string QueueName = "faas-request";

    private Site(NatsServer nats, FunctionServer functions, CallbackServer callbacks, Queue queue)
    {
        Nats = nats;
        Functions = functions;
        Callbacks = callbacks;
        Queue = queue;
    }

    public NatsServer Nats { get; }

    public FunctionServer Functions { get; }

    public CallbackServer Callbacks { get; }

    public Queue Queue { get; }

    /// <summary>A site on the newest server, with a function <c>echo</c>.</summary>
    public static async Task<Site> StartAsync(CancellationToken cancellationToken, string queue = QueueName) =>
        await AroundAsync(await NatsServer.StartAsync(cancellationToken), queue, cancellationToken);

    /// <summary>A site on a server of the caller's choice; the site disposes it.</summary>
    public static async Task<Site> AroundAsync(NatsServer nats, string queue, CancellationToken cancellationToken)
    {
        FunctionServer functions = await FunctionServer.StartAsync(cancellationToken);
        functions.On("echo", Behaviours.Echo);
        return new Site(nats, functions, await CallbackServer.StartAsync(cancellationToken), new Queue(nats, queue));
    }

    /// <summary>
    /// The main chart's environment on this site's ports, with waits that suit a test: 100 ms before the first retry, 1 s at most.
    /// </summary>
    public Dictionary<string, string> Environment(params (string Name, string Value)[] changes)
    {
        Dictionary<string, string> environment = Charts.MainChart(Functions.Url);
        environment["nats_port"] = Nats.Port.ToString(CultureInfo.InvariantCulture);
        environment["metrics_port"] = FreePort.Next().ToString(CultureInfo.InvariantCulture);
        environment["initial_retry_wait"] = "100ms";
        environment["max_retry_wait"] = "1s";
        foreach ((string name, string value) in changes)
        {
            environment[name] = value;
        }

        return environment;
    }

    /// <summary>Starts a worker with <see cref="Environment"/> and does not wait for it.</summary>
    public WorkerProcess Launch(params (string Name, string Value)[] changes) => WorkerProcess.Start(Environment(changes));

    /// <summary>Starts a worker and waits until it is ready and its stream is there.</summary>
    public async Task<WorkerProcess> StartWorkerAsync(CancellationToken cancellationToken, params (string Name, string Value)[] changes)
    {
        WorkerProcess worker = Launch(changes);
        try
        {
            await worker.ReadyAsync(cancellationToken);
            await Queue.ExistsAsync(cancellationToken);
            return worker;
        }
        catch
        {
            await worker.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts a worker in function mode and waits until it is ready; its consumers come with the messages.</summary>
    public async Task<WorkerProcess> StartFunctionWorkerAsync(CancellationToken cancellationToken, params (string Name, string Value)[] changes)
    {
        WorkerProcess worker = Launch([("scaling_mode", "function"), .. changes]);
        try
        {
            await worker.ReadyAsync(cancellationToken);
            return worker;
        }
        catch
        {
            await worker.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Queue.DisposeAsync();
        await Functions.DisposeAsync();
        await Callbacks.DisposeAsync();
        await Nats.DisposeAsync();
    }
}
