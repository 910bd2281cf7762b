using Paddlewheel.Engine.Callback;
using Paddlewheel.Engine.Options;

namespace Paddlewheel.Engine.Simulation;

/// <summary>Everything that a seed decides before the simulation starts.</summary>
internal sealed class Scenario
{
    public Scenario(int seed)
    {
        Random = new Random(seed);
        MaxInflight = Random.Next(1, 9);
        Prefetch = Random.Next(0, 9);
        Workers = Random.Next(1, 3);
        Lanes = Random.Next(1, 4);
        AckWait = TimeSpan.FromSeconds(Random.Next(4, 31));
        MaxAckPending = [.. Enumerable.Range(0, Lanes).Select(_ => Random.Next(4) == 0 ? Random.Next(2, 20) : int.MaxValue)];
        Policy = NextPolicy();
        CallbackHost = new CallbackPlan(Random);
        Publishes = [.. Enumerable.Range(0, Random.Next(5, 50)).Select(_ => Within(60))];
        Publishes.Sort();
        bool callbacks = Random.Next(4) != 0;
        Messages = [.. Publishes.Select((at, id) => NextMessage(id, at, callbacks))];

        // A third of all seeds see no fault at all: there the strictest rules hold for every message.
        int faults = Random.Next(3) == 0 ? 0 : Random.Next(1, 8);
        Faults = [.. Enumerable.Range(0, faults).Select(_ => new Fault((FaultKind)Random.Next(0, 9), Within(90), Random.Next(Workers), Within(AckWait.TotalSeconds * 1.7)))];
    }

    public Random Random { get; }

    public int MaxInflight { get; }

    public int Prefetch { get; }

    public int Workers { get; }

    /// <summary>Consumers that share the slots of each worker.</summary>
    public int Lanes { get; }

    public TimeSpan AckWait { get; }

    /// <summary>Each consumer's own limit; three of four have none.</summary>
    public List<int> MaxAckPending { get; }

    public EngineOptions Policy { get; }

    public CallbackPlan CallbackHost { get; }

    /// <summary>Ticks after the start at which messages are published, in order.</summary>
    public List<long> Publishes { get; }

    public List<SimMessage> Messages { get; }

    public List<Fault> Faults { get; }

    /// <summary>Deliveries of a worker: as Blocks counts them, but with less to spare.</summary>
    public int PoolSize => MaxInflight + Prefetch + Math.Max(Policy.CallbackMaxInflight, MaxInflight) + 4;

    public TimeSpan LongestCall => TimeSpan.FromTicks(Messages.Max(message => message.Duration.Ticks));

    public CallbackOptions CallbackOptions() => Callback.CallbackOptions.From(Policy);

    private EngineOptions NextPolicy()
    {
        TimeSpan minWait = TimeSpan.FromMilliseconds(Random.Next(0, 3) * Random.Next(1, 8000));
        TimeSpan callbackWait = TimeSpan.FromMilliseconds(Random.Next(0, 2000));
        return new EngineOptions
        {
            MaxRetryAttempts = Random.Next(0, 5),
            InitialRetryWait = minWait,
            MaxRetryWait = minWait + TimeSpan.FromSeconds(Random.Next(0, 40)),
            Backoff = (JitterMode)Random.Next(0, 3),
            CallbackMaxInflight = Random.Next(1, 5),
            CallbackTimeout = TimeSpan.FromMilliseconds(Random.Next(500, 8000)),
            CallbackRetryAttempts = Random.Next(0, 4),
            CallbackInitialRetryWait = callbackWait,
            CallbackMaxRetryWait = callbackWait + TimeSpan.FromSeconds(Random.Next(0, 8)),
            QuarantineMargin = Random.Next(3) * 5,
        };
    }

    private SimMessage NextMessage(int id, long at, bool callbacks)
    {
        TimeSpan duration = Random.Next(5) switch
        {
            0 => TimeSpan.FromTicks(Within(AckWait.TotalSeconds * 3)),
            1 => TimeSpan.FromTicks(Within(5)),
            _ => TimeSpan.FromTicks(Within(0.2)),
        };
        return new SimMessage(id, at)
        {
            Lane = Random.Next(Lanes),
            Failures = Random.Next(3) == 0 ? Random.Next(1, 6) : 0,
            FinalStatus = Random.Next(10) == 0 ? 404 : 200,
            Duration = duration,
            HasCallback = callbacks && Random.Next(2) == 0,
            IsPoison = Random.Next(30) == 0,
        };
    }

    private long Within(double seconds) => (long)(Random.NextDouble() * seconds * TimeSpan.TicksPerSecond) + 1;
}
