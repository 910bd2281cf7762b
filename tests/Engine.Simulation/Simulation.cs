using Paddlewheel.Engine.Telemetry;

namespace Paddlewheel.Engine.Simulation;

/// <summary>
/// Runs one seed: one thread, virtual time, the next thing that is due, and after it every rule. The same seed does the same
/// in the same order, always.
/// </summary>
internal sealed partial class Simulation : ISimNetwork
{
    private const int MaxSteps = 400_000;

    // One for all: metrics are not what is looked at, and making them is dear.
    private static readonly EngineMetrics Metrics = new(Prometheus.Metrics.NewCustomRegistry());

    private readonly SimClock _clock = new();
    private readonly Scenario _scenario;
    private readonly Variant _variant;
    private readonly TextWriter? _trace;
    private readonly RunBook _book;
    private readonly ModelConsumer[] _servers;
    private readonly SimWorker?[] _workers;
    private readonly long _start;
    private int _processes;
    private long _workSince = long.MaxValue;

    public Simulation(int seed, Variant variant, TextWriter? trace = null)
    {
        (_scenario, _variant, _trace, _start) = (new Scenario(seed), variant, trace, _clock.Now);
        _book = new RunBook(_clock, _scenario);
        _servers = [.. Enumerable.Range(0, _scenario.Lanes).Select(lane => new ModelConsumer(_clock, lane, _scenario.AckWait, _scenario.MaxAckPending[lane])
        {
            Send = (worker, replyTo, sequence) => SendMessage(lane, worker, replyTo, sequence),
            SendStatus = (worker, pull, line) => SendStatus(lane, worker, pull, line),
        })];
        _workers = new SimWorker?[_scenario.Workers];
        _idleSince = [.. Enumerable.Repeat(long.MaxValue, _scenario.Workers)];
        _links = [.. Enumerable.Range(0, _scenario.Workers).Select(_ => new Link())];
    }

    /// <summary>Steps done.</summary>
    public int Steps { get; private set; }

    /// <exception cref="SimulationFailedException">A rule was broken.</exception>
    public void Run()
    {
        // What continues after an await must do so here and now.
        SynchronizationContext? context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            Start();
            while (!IsQuiet())
            {
                if (++Steps > MaxSteps)
                {
                    _book.Fail($"I8: not quiet after {MaxSteps} steps and {TimeSpan.FromTicks(_clock.Now - _start)}: {_servers.Sum(server => server.PendingCount)} pending");
                }

                Step();
                CheckAll();
            }

            CheckQuiescence();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }

    private void Start()
    {
        for (int i = 0; i < _workers.Length; i++)
        {
            StartWorker(i);
        }

        _faultsToCome = _scenario.Faults.Count;
        _scenario.Messages.ForEach(message => At(_start + message.At, () =>
        {
            _published++;
            _servers[message.Lane].Publish(message.Id);
        }));
        _scenario.Faults.ForEach(fault => At(_start + fault.At, () => Strike(fault)));
    }

    private void Step()
    {
        long next = _events.TryPeek(out _, out (long At, int Order) first) ? first.At : long.MaxValue;
        foreach (ModelConsumer server in _servers)
        {
            next = Math.Min(next, server.NextDue());
        }

        foreach (SimWorker? worker in _workers)
        {
            if (worker is not null && worker.Wheel.TryGetNextDue(out long due))
            {
                next = Math.Min(next, Math.Max(due, worker.PausedUntil));
            }
        }

        _clock.Now = Math.Max(_clock.Now, next);
        if (_events.Count > 0 && first.At <= _clock.Now)
        {
            _events.Dequeue()();
        }

        Array.ForEach(_servers, server => server.Turn());
        foreach (SimWorker? worker in _workers)
        {
            if (worker is not null && worker.PausedUntil <= _clock.Now)
            {
                worker.Turn();
                EndDrain(worker);
            }
        }
    }

    private void CheckAll()
    {
        foreach (SimWorker? worker in _workers)
        {
            worker?.Check();
        }

        CheckLiveness();
        Raise();
    }

    private bool IsQuiet()
    {
        bool over = _clock.Now > _start + TimeSpan.FromSeconds(95).Ticks && _events.Count == 0 && Array.TrueForAll(_servers, server => server.IsEmpty);
        return over && Array.TrueForAll(_workers, worker => worker is { IsIdle: true, IsConnected: true, IsDraining: false } && worker.Tickets.Waiting == 0);
    }

    private void CheckQuiescence()
    {
        if (_book.Unsettled.Any())
        {
            _book.Fail($"I1: messages {string.Join(", ", _book.Unsettled)} are gone, and no run of them came to an end");
        }

        if (_book.NotCalledBack.Any())
        {
            _book.Fail($"I7: the callbacks of messages {string.Join(", ", _book.NotCalledBack)} are not through, and the messages are gone");
        }

        Array.ForEach(_workers, worker => worker!.CheckAtEnd());
        Raise();
    }

    private void Raise()
    {
        if (_book.Failure is { } failure)
        {
            throw new SimulationFailedException(failure);
        }
    }

    private void StartWorker(int index)
    {
        FaultEnds(_clock.Now);
        _workers[index] = new SimWorker(index, ++_processes, _scenario, _variant, _clock, _book, this, Metrics, () => _scenario.CallbackHost.At(_clock.Now - _start), _trace);
        _trace?.WriteLine($"{Stamp} worker {index} starts as process {_processes}");
    }

    private void EndDrain(SimWorker worker)
    {
        if (worker.IsDraining && worker.IsIdle && _links[worker.Index].OnTheWay == 0 && _workers[worker.Index] == worker)
        {
            _trace?.WriteLine($"{Stamp} worker {worker.Index} is drained");
            _workers[worker.Index] = null;
            At(_clock.Now + TimeSpan.TicksPerSecond, () => StartWorker(worker.Index));
        }
    }
}
