using Paddlewheel.Engine.Telemetry;

namespace Paddlewheel.Engine.Simulation;

/// <summary>
/// Runs one seed: one thread, virtual time, the next thing that is due, and after it every rule. The same seed does the same
/// in the same order, always.
/// </summary>
internal sealed partial class Simulation : ISimNetwork
{
    private const int MaxSteps = 200_000;

    // One for all: metrics are not what is looked at, and making them is dear.
    private static readonly EngineMetrics Metrics = new(Prometheus.Metrics.NewCustomRegistry());

    private readonly SimClock _clock = new();
    private readonly Scenario _scenario;
    private readonly Variant _variant;
    private readonly TextWriter? _trace;
    private readonly RunBook _book;
    private readonly ModelConsumer _server;
    private readonly SimWorker?[] _workers;
    private readonly long _start;
    private int _processes;
    private long _idleSince = long.MaxValue;

    public Simulation(int seed, Variant variant, TextWriter? trace = null)
    {
        (_scenario, _variant, _trace, _start) = (new Scenario(seed), variant, trace, _clock.Now);
        _book = new RunBook(_clock, _scenario.Publishes.Count);
        _server = new ModelConsumer(_clock, _scenario.AckWait) { Send = SendMessage, SendStatus = SendStatus };
        _workers = new SimWorker?[_scenario.Workers];
        _links = [.. Enumerable.Range(0, _scenario.Workers).Select(_ => new Link())];
    }

    /// <summary>Steps done.</summary>
    public int Steps { get; private set; }

    /// <summary>Longest time, without a fault, that a slot was free while the server had work.</summary>
    public TimeSpan LongestIdle { get; private set; }

    public void Run()
    {
        for (int i = 0; i < _workers.Length; i++)
        {
            StartWorker(i);
        }

        _scenario.Publishes.ForEach(at => At(_start + at, _server.Publish));
        _scenario.Faults.ForEach(fault => At(_start + fault.At, () => Strike(fault)));
        while (!IsQuiet())
        {
            if (++Steps > MaxSteps)
            {
                throw new SimulationFailedException($"not quiet after {MaxSteps} steps and {TimeSpan.FromTicks(_clock.Now - _start)}: {_server.PendingCount} pending");
            }

            Step();
            CheckAll();
        }

        CheckQuiescence();
    }

    private void Step()
    {
        long next = Math.Min(_server.NextDue(), _events.TryPeek(out _, out (long At, int Order) first) ? first.At : long.MaxValue);
        foreach (SimWorker? worker in _workers)
        {
            if (worker is not null && worker.Wheel.TryGetNextDue(out long due))
            {
                next = Math.Min(next, Math.Max(due, worker.PausedUntil));
            }
        }

        _clock.Now = Math.Max(_clock.Now, next);
        if (first.At <= _clock.Now && _events.Count > 0)
        {
            _events.Dequeue()();
        }

        _server.Turn();
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
        bool idle = false;
        foreach (SimWorker? worker in _workers)
        {
            worker?.Check();
            idle |= worker is { FreeSlots: > 0, IsDraining: false };
        }

        if (!idle || !_server.HasWork || _scenario.Faults.Count > 0)
        {
            _idleSince = long.MaxValue;
            return;
        }

        _idleSince = Math.Min(_idleSince, _clock.Now);
        LongestIdle = TimeSpan.FromTicks(Math.Max(LongestIdle.Ticks, _clock.Now - _idleSince));
    }

    private bool IsQuiet()
    {
        bool over = _clock.Now > _start + TimeSpan.FromSeconds(95).Ticks && _server.IsEmpty && _events.Count == 0;
        return over && Array.TrueForAll(_workers, worker => worker is { IsIdle: true, IsConnected: true, IsDraining: false } && worker.Tickets.Waiting == 0);
    }

    private void CheckQuiescence()
    {
        List<ulong> lost = [.. _book.Unsettled];
        if (lost.Count > 0)
        {
            throw new SimulationFailedException($"lost: messages {string.Join(", ", lost)} are gone, and no run of them came to an end");
        }

        foreach (SimWorker? worker in _workers)
        {
            if (worker!.Pool.Free != worker.Pool.Size)
            {
                throw new SimulationFailedException($"{worker.Pool.InUse} deliveries did not come home");
            }

            if (worker.Tickets.Waiting != 0 || worker.ToTickets != worker.Acks.TicketsAnswered + worker.Tickets.LeasesLost)
            {
                throw new SimulationFailedException($"{worker.ToTickets} retries waited on the wheel, {worker.Acks.TicketsAnswered} were answered");
            }
        }
    }

    private void StartWorker(int index)
    {
        _workers[index] = new SimWorker(index, ++_processes, _scenario, _variant, _clock, _book, this, Metrics);
        Trace($"worker {index} starts as process {_processes}");
    }

    private void EndDrain(SimWorker worker)
    {
        if (worker.IsDraining && worker.IsIdle && _links[worker.Index].OnTheWay == 0 && _workers[worker.Index] == worker)
        {
            Trace($"worker {worker.Index} is drained");
            _workers[worker.Index] = null;
            At(_clock.Now + TimeSpan.TicksPerSecond, () => StartWorker(worker.Index));
        }
    }
}
