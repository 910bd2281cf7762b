using Paddlewheel.Engine.Lanes;

namespace Paddlewheel.Engine.Tests.Lanes.Adaptive;

internal enum Policy
{
    Adaptive,

    /// <summary>Knows at every moment what the function takes: no dispatcher that never exceeds capacity is faster.</summary>
    Oracle,

    /// <summary>No limit but its slots; a rejected call waits for its backoff.</summary>
    Greedy,
}

/// <summary>
/// Workers, a queue and a function in virtual time. A rejected call goes back to the head of the queue, as a ticket that is
/// woken when there is room does; with <see cref="Policy.Greedy"/> it waits 10 s, 20 s, 40 s... up to 120 s.
/// </summary>
internal sealed class Model
{
    private readonly Random _random;
    private readonly Stack<int> _returned = new();
    private int _fresh;
    private int _waiting;

    public Model(int seed, ModelFunction? function = null)
    {
        _random = new(seed);
        Function = function ?? new ModelFunction(new Random(seed + 1));
        Time.Every(0.05, 0.05, () => Function.Passed(0.05));
    }

    public VirtualTime Time { get; } = new();

    public ModelFunction Function { get; }

    public List<ModelWorker> Workers { get; } = [];

    public Policy Policy { get; init; }

    public AdaptiveRules Rules { get; init; } = new();

    /// <summary>Greedy's backoff: full jitter or none.</summary>
    public bool Jitter { get; init; }

    public int Slots { get; set; } = 300;

    public int Succeeded { get; private set; }

    public int Rejected { get; private set; }

    public int Failed { get; private set; }

    /// <summary>Attempts of each message that is done.</summary>
    public List<int> Attempts { get; } = [];

    public int Inflight => Workers.Sum(worker => worker.Inflight);

    public int Backlog => _fresh + _returned.Count;

    public bool IsDrained => Backlog + _waiting + Inflight == 0;

    public ModelWorker Join(int hint = 0)
    {
        ModelWorker worker = new(new AdaptiveLimit(Rules, Time.Clock, new Random(_random.Next())));
        worker.Limit.Hint(hint);
        Workers.Add(worker);
        Time.Every(0.05, _random.NextDouble() * 0.05, () =>
        {
            worker.Limit.Tick(Backlog > 0, Slots);
            Dispatch(worker);
        });
        return worker;
    }

    public void Enqueue(int messages)
    {
        _fresh += messages;
        Workers.ForEach(Dispatch);
    }

    /// <summary>The published capacity autoscaler (contract 7.4): it sees what is in flight, not what is queued.</summary>
    public void ScaleByCapacity(double startSeconds) => Time.Every(15, 15, () =>
    {
        int desired = Math.Clamp((int)Math.Ceiling(Function.Running / (Function.Slots * 0.9)), 1, 10);
        ScaleUp(desired, startSeconds);
    });

    public void ScaleUp(int desired, double startSeconds) => Time.In(startSeconds, () =>
    {
        Function.Scale(Math.Max(desired, Function.Pods));
        if (Policy == Policy.Oracle)
        {
            Workers.ForEach(Dispatch);
        }
    });

    private bool HasRoom(ModelWorker worker) => Policy switch
    {
        Policy.Oracle => Function.Room > 0,
        Policy.Greedy => worker.Inflight < Slots,
        _ => worker.Inflight < worker.Limit.Limit,
    };

    private void Dispatch(ModelWorker worker)
    {
        while (Backlog > 0 && HasRoom(worker))
        {
            Start(worker);
        }
    }

    private void Start(ModelWorker worker)
    {
        int attempt = 1;
        if (_returned.TryPop(out int before))
        {
            attempt = before + 1;
        }
        else
        {
            _fresh--;
        }

        worker.Inflight++;
        long started = worker.Limit.Started();
        if (Function.Take() is { } pod)
        {
            Time.In(Function.Service, () => End(worker, started, attempt, pod));
            worker.Running.Add((started, attempt, pod));
        }
        else
        {
            Time.In(0.001 + (_random.NextDouble() * 0.004), () => End(worker, started, attempt, null));
        }
    }

    /// <summary>The pods beyond <paramref name="pods"/> die with what they run.</summary>
    public void Kill(int pods)
    {
        Function.Scale(pods, kill: true);
        foreach (ModelWorker worker in Workers)
        {
            foreach ((long started, int attempt, ModelFunction.Pod pod) in worker.Running.Where(call => call.Pod.Killed).ToArray())
            {
                End(worker, started, attempt, pod);
            }
        }
    }

    private void End(ModelWorker worker, long started, int attempt, ModelFunction.Pod? pod)
    {
        if (pod is not null && !worker.Running.Remove((started, attempt, pod)))
        {
            return; // It died before.
        }

        worker.Inflight--;
        if (pod is null)
        {
            Rejected++;
            worker.Limit.Finished(started, CallOutcome.Rejected);
            Return(attempt);
        }
        else if (pod.Killed)
        {
            Failed++;
            worker.Limit.Finished(started, CallOutcome.Failed);
            Return(attempt);
        }
        else
        {
            pod.Running--;
            Succeeded++;
            Attempts.Add(attempt);
            worker.Limit.Finished(started, CallOutcome.Succeeded);
        }

        Dispatch(worker);
    }

    private void Return(int attempt)
    {
        if (Policy != Policy.Greedy)
        {
            _returned.Push(attempt);
            return;
        }

        double wait = Math.Min(120, 10 * Math.Pow(2, Math.Min(attempt - 1, 10)));
        _waiting++;
        Time.In(Jitter ? wait * _random.NextDouble() : wait, () =>
        {
            _waiting--;
            _returned.Push(attempt);
            Workers.ForEach(Dispatch);
        });
    }
}

internal sealed class ModelWorker(AdaptiveLimit limit)
{
    public AdaptiveLimit Limit { get; } = limit;

    public int Inflight { get; set; }

    public List<(long Started, int Attempt, ModelFunction.Pod Pod)> Running { get; } = [];
}
