namespace Paddlewheel.Perf.Scenarios;

internal enum ScalerKind
{
    /// <summary>All replicas from the start.</summary>
    Fixed,

    /// <summary>All replicas after one evaluation: it sees the depth of the queue.</summary>
    Depth,

    /// <summary>As many as what is in flight needs: the published one (contract 7.4), which does not see what is queued.</summary>
    Capacity,
}

/// <summary>How replicas come; during a drain none goes.</summary>
/// <param name="Kind">What it sees.</param>
/// <param name="Slots">Calls that one replica takes at a time.</param>
/// <param name="Most">Replicas at most; at least it is one.</param>
/// <param name="Every">Seconds between evaluations.</param>
/// <param name="Starts">Seconds that a replica takes to start.</param>
internal sealed record Autoscaler(ScalerKind Kind, int Slots, int Most, double Every, double Starts)
{
    /// <summary>Part of a replica's slots that may be in use before there is one more: <c>target-proportion</c> of the published run.</summary>
    public const double Proportion = 0.9;

    public int First => Kind == ScalerKind.Fixed ? Most : 1;

    /// <summary>Replicas that an evaluation asks for.</summary>
    /// <param name="running">Calls in flight on the replicas.</param>
    /// <param name="now">Replicas there are.</param>
    public int Desired(int running, int now) => Kind switch
    {
        ScalerKind.Capacity => Math.Max(now, Math.Clamp((int)Math.Ceiling(running / (Slots * Proportion)), 1, Most)),
        _ => Most,
    };

    /// <summary>The depth is known as soon as it is looked at, so a replica's start is not counted on top of the evaluation, as in the model of ADR 7.</summary>
    public double Delay => Kind == ScalerKind.Capacity ? Starts : 0;

    /// <summary>Scales real replicas until <paramref name="stop"/>; the first evaluation is one period after the call.</summary>
    public async Task RunAsync(Replicas replicas, CancellationToken stop)
    {
        if (Kind == ScalerKind.Fixed)
        {
            return;
        }

        long started = TimeProvider.System.GetTimestamp();
        List<Task> starting = [];
        for (int evaluation = 1; !stop.IsCancellationRequested; evaluation++)
        {
            await PauseAsync((evaluation * Every) - TimeProvider.System.GetElapsedTime(started).TotalSeconds, stop);
            starting.Add(AddAsync(replicas, Desired(replicas.Running, replicas.Count), stop));
        }

        await Task.WhenAll(starting);
    }

    private async Task AddAsync(Replicas replicas, int desired, CancellationToken stop)
    {
        await PauseAsync(Delay, stop);
        if (!stop.IsCancellationRequested && desired > replicas.Count)
        {
            Progress.Say($"{desired} replicas");
            replicas.Scale(desired, TimeProvider.System.GetTimestamp());
        }
    }

    private static async Task PauseAsync(double seconds, CancellationToken stop) =>
        await Task.Delay(TimeSpan.FromSeconds(Math.Max(0, seconds)), stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}
