using Paddlewheel.Host.Dev;

namespace Paddlewheel.Perf.Load;

/// <summary>Everything around the worker: nats-server, functions, queue. All of it is gone when the site is disposed.</summary>
internal sealed class Site : IAsyncDisposable
{
    private readonly NatsServerProcess _nats;

    private Site(NatsServerProcess nats, string natsVersion, CallBook book, FunctionServer functions, Queue queue)
    {
        _nats = nats;
        NatsVersion = natsVersion;
        Book = book;
        Functions = functions;
        Queue = queue;
    }

    public string NatsVersion { get; }

    public CallBook Book { get; }

    public FunctionServer Functions { get; }

    public Queue Queue { get; }

    public static async Task<Site> StartAsync(LoadOptions options, int calls, CancellationToken stop)
    {
        NatsServerBinary binary = await NatsServerResolver.OfThisMachine(Progress.Say).ResolveAsync(stop);
        NatsServerProcess nats = await NatsServerProcess.StartAsync(binary.Path, cancellationToken: stop);
        CallBook book = new(calls);
        Queue queue = new(nats.Url, options);
        await queue.CreateAsync(stop);
        return new Site(nats, binary.Version, book, new FunctionServer(book, TimeSpan.FromMilliseconds(options.FunctionMs)), queue);
    }

    public WorkerProcess StartWorker(LoadOptions options) => WorkerProcess.Start(options, _nats.Port, Functions.Url);

    public async ValueTask DisposeAsync()
    {
        await Queue.DisposeAsync();
        await Functions.DisposeAsync();
        await _nats.DisposeAsync();
    }
}
