using Paddlewheel.Engine.Judge;
using Paddlewheel.Engine.Options;

namespace Paddlewheel.Engine.Simulation;

/// <summary>What goes wrong, and when.</summary>
internal enum FaultKind
{
    /// <summary>The process is gone with everything in it; a new one starts a little later.</summary>
    Crash,

    /// <summary>The next answer to the server never arrives.</summary>
    LostAnswer,

    /// <summary>The server delivers something again that is being worked on.</summary>
    Redelivery,

    /// <summary>A new consumer leader: every pull is void.</summary>
    LeaderChange,

    /// <summary>The connection breaks, what is on the way is lost, and it comes back later.</summary>
    Disconnect,

    /// <summary>The process stands still.</summary>
    Pause,

    /// <summary>A graceful restart. Not a fault: nothing may be lost and nothing may run twice.</summary>
    Drain,
}

internal readonly record struct Fault(FaultKind Kind, long At, int Worker, long Duration);

/// <summary>How a function behaves for one message: fails a number of times, then answers a final status.</summary>
internal readonly record struct Behaviour(int Failures, int FinalStatus, TimeSpan Duration);

/// <summary>Everything that a seed decides before the simulation starts.</summary>
internal sealed class Scenario
{
    public Scenario(int seed)
    {
        Random = new Random(seed);
        MaxInflight = Random.Next(1, 9);
        Prefetch = Random.Next(0, 9);
        Workers = Random.Next(1, 3);
        AckWait = TimeSpan.FromSeconds(Random.Next(4, 31));
        TimeSpan minWait = TimeSpan.FromMilliseconds(Random.Next(0, 3) * Random.Next(1, 8000));
        Policy = new EngineOptions
        {
            MaxRetryAttempts = Random.Next(0, 5),
            InitialRetryWait = minWait,
            MaxRetryWait = minWait + TimeSpan.FromSeconds(Random.Next(0, 40)),
            Backoff = (JitterMode)Random.Next(0, 3),
        };
        Publishes = [.. Enumerable.Range(0, Random.Next(5, 50)).Select(_ => Within(60))];
        Publishes.Sort();
        Behaviours = [.. Publishes.Select(_ => NextBehaviour())];

        // A third of all seeds see no fault at all: there the strictest rules hold for every message.
        int faults = Random.Next(3) == 0 ? 0 : Random.Next(1, 8);
        Faults = [.. Enumerable.Range(0, faults).Select(_ => new Fault((FaultKind)Random.Next(0, 7), Within(90), Random.Next(Workers), Within(AckWait.TotalSeconds * 1.7)))];
    }

    public Random Random { get; }

    public int MaxInflight { get; }

    public int Prefetch { get; }

    public int Workers { get; }

    public TimeSpan AckWait { get; }

    public EngineOptions Policy { get; }

    /// <summary>Ticks after the start at which messages are published; the n-th has sequence n + 1.</summary>
    public List<long> Publishes { get; }

    public List<Behaviour> Behaviours { get; }

    public List<Fault> Faults { get; }

    /// <summary>How the run-th run of a message ends, counted from 0.</summary>
    public InvocationResult Result(ulong sequence, int run)
    {
        Behaviour behaviour = Behaviours[(int)sequence - 1];
        if (run >= behaviour.Failures)
        {
            return new InvocationResult { Status = behaviour.FinalStatus };
        }

        return (sequence % 4) switch
        {
            0 => InvocationResult.Failed(InvocationError.Reset, default),
            1 => new InvocationResult { Status = 503, RetryAfter = new RetryAfter(RetryAfterKind.Seconds, (long)(sequence % 7), default) },
            _ => new InvocationResult { Status = 500 },
        };
    }

    private Behaviour NextBehaviour()
    {
        TimeSpan duration = Random.Next(5) switch
        {
            0 => TimeSpan.FromTicks(Within(AckWait.TotalSeconds * 3)),
            1 => TimeSpan.FromTicks(Within(5)),
            _ => TimeSpan.FromTicks(Within(0.2)),
        };
        return new Behaviour(Random.Next(3) == 0 ? Random.Next(1, 6) : 0, Random.Next(10) == 0 ? 404 : 200, duration);
    }

    private long Within(double seconds) => (long)(Random.NextDouble() * seconds * TimeSpan.TicksPerSecond) + 1;
}
