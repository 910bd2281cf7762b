namespace Paddlewheel.Perf.Scenarios;

/// <summary>What a function does with a call. All of it may be changed while calls come in; the next call sees it.</summary>
internal sealed class FunctionBehaviour(string name)
{
    private long _takes;

    /// <summary>As in the envelope.</summary>
    public string Name => name;

    /// <summary>How long a run takes.</summary>
    public TimeSpan Takes
    {
        get => new(Volatile.Read(ref _takes));
        set => Volatile.Write(ref _takes, value.Ticks);
    }

    /// <summary>What a run answers.</summary>
    public int Status { get; set; } = 200;

    /// <summary>So many first runs of each call answer 503 instead.</summary>
    public int FailsFirst { get; set; }

    /// <summary>Runs at one time; a call beyond is answered with <see cref="RejectStatus"/> at once and is no run. 0: no limit.</summary>
    public int Capacity { get; set; }

    /// <summary>Replicas that have slots of their own, instead of one <see cref="Capacity"/>; null is none.</summary>
    public Replicas? Replicas { get; init; }

    /// <summary>Answer beyond the capacity.</summary>
    public int RejectStatus { get; set; } = 429;

    /// <summary>Runs that a call of this function must have had in the end.</summary>
    public int ExpectedRuns { get; init; } = 1;
}
