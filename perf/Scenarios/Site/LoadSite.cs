using Paddlewheel.Host.Dev;

namespace Paddlewheel.Perf.Scenarios;

/// <summary>Everything around the workers: nats-server, functions, queue. All of it is gone when the site is disposed.</summary>
internal sealed class LoadSite : IAsyncDisposable
{
    private readonly SiteOptions _options;
    private readonly NatsNodes _nats;
    // Replaced as a whole: the sampler reads it while scenarios start more.
    private WorkerProcess[] _workers = [];
    private int _mostWorkers;

    private LoadSite(SiteOptions options, NatsNodes nats, CallBook book, FunctionServer functions, Queue queue)
    {
        _options = options;
        _nats = nats;
        Book = book;
        Functions = functions;
        Queue = queue;
    }

    public string NatsVersion => _nats.Version;

    /// <inheritdoc cref="NatsNodes.Monitor"/>
    public ServerMonitor Monitor => _nats.Monitor;

    public CallBook Book { get; }

    public FunctionServer Functions { get; }

    public Queue Queue { get; }

    /// <summary>Every worker that was started, also those that have left.</summary>
    public IReadOnlyList<WorkerProcess> Workers => _workers;

    public static async Task<LoadSite> StartAsync(SiteOptions options, CancellationToken stop)
    {
        NatsNodes nats = await NatsNodes.StartAsync(options.NatsNodes, options.Body, stop);
        CallBook book = new(options.Calls);
        Queue queue = new(nats.Url, options);
        await queue.CreateAsync(stop);
        return new LoadSite(options, nats, book, new FunctionServer(book, options.Functions), queue);
    }

    /// <summary>Starts one more worker; <paramref name="environment"/> wins over everything else.</summary>
    public WorkerProcess StartWorker(params (string Name, string Value)[] environment)
    {
        WorkerProcess worker = WorkerProcess.Start(_options, _workers.Length, _nats.Port, Functions.Url, environment);
        _workers = [.. _workers, worker];
        _mostWorkers = Math.Max(_mostWorkers, _workers.Count(static it => !it.HasExited));
        return worker;
    }

    public IReadOnlyList<WorkerProcess> StartWorkers(int count) => [.. Enumerable.Range(0, count).Select(_ => StartWorker())];

    /// <summary>Processor time of all workers so far.</summary>
    public TimeSpan Cpu => new(_workers.Sum(static worker => worker.Cpu.Ticks));

    /// <summary>
    /// Stops the workers and says what was wrong: the hard part of every scenario, since a fast run that loses a message is a failed run.
    /// </summary>
    /// <param name="stop">Breaks it off.</param>
    /// <param name="expected">Runs that a call must have had; once when nothing is said.</param>
    /// <param name="abandons">Calls are given up while they run: these functions run on for a while beside those that took their slots.</param>
    public async Task<List<string>> FinishAsync(CancellationToken stop, Func<int, int>? expected = null, bool abandons = false)
    {
        List<string> problems = [];
        int together = _mostWorkers * _options.MaxInflight;
        foreach (WorkerProcess worker in _workers)
        {
            if (await worker.StopAsync(stop) is not 0 and int code)
            {
                problems.Add($"worker {worker.Number} left with exit code {code}: {worker.Tail()}");
            }
        }

        if (Functions.All.MostRunning > together && !abandons)
        {
            problems.Add($"{Functions.All.MostRunning} calls ran at one time; {together} were allowed");
        }

        if (await Queue.LeftAsync(stop) is not 0 and long left)
        {
            problems.Add($"{left} messages are still on the stream");
        }

        return [.. Book.Problems(expected), .. problems];
    }

    public async ValueTask DisposeAsync()
    {
        foreach (WorkerProcess worker in _workers)
        {
            await worker.DisposeAsync();
        }

        await Queue.DisposeAsync();
        await Functions.DisposeAsync();
        await _nats.DisposeAsync();
    }
}
