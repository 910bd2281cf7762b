using Paddlewheel.Engine.Fetch;

namespace Paddlewheel.Engine.Lanes;

/// <summary>One subject of the queue's stream: its lane, and the supervisor that serves it while it is awake.</summary>
internal sealed class FunctionLane(string subject, LaneOptions options, Lane lane, long now)
{
    private Task _running = Task.CompletedTask;

    public string Subject { get; } = subject;

    public LaneOptions Options { get; } = options;

    public Lane Lane { get; } = lane;

    /// <summary>Serves the lane, or did before it fell asleep; null before it first woke.</summary>
    public LaneSupervisor? Supervisor { get; private set; }

    /// <summary>It was there before this worker.</summary>
    public bool HasFoundConsumer { get; init; }

    /// <summary>It may have a consumer that is to be removed with it.</summary>
    public bool MayHaveConsumer => HasFoundConsumer || Supervisor is not null;

    /// <summary>Messages of the whole queue that are not acknowledged: all replicas say the same.</summary>
    public long Depth { get; set; }

    /// <summary>Timestamp at which the lane last had a message anywhere.</summary>
    public long WorkedAt { get; set; } = now;

    /// <summary>Whether the depth is in the metrics, so that it can be taken out.</summary>
    public string? Published { get; set; }

    public bool IsAwake => !_running.IsCompleted;

    public Task Running => _running;

    /// <summary>Wakes the lane; it sleeps again when the supervisor ends.</summary>
    public void Wake(LaneSupervisor supervisor, Action<FunctionLane> asleep, CancellationToken stop)
    {
        Supervisor = supervisor;
        _running = RunAsync(supervisor, asleep, stop);
    }

    /// <summary>A lane at its limit has no pull open that would tell it of more: the depth does. What other replicas run counts too; an open pull puts that right.</summary>
    public void NoteBacklog()
    {
        long more = Depth - Lane.Held - Lane.Rejected.Count;
        if (IsAwake && more > 0 && Lane.Backlog == 0 && Supervisor!.Share.Outstanding == 0)
        {
            Lane.Backlog = more;
            Lane.RoomMade();
        }
    }

    private async Task RunAsync(LaneSupervisor supervisor, Action<FunctionLane> asleep, CancellationToken stop)
    {
        // Not on the caller's time: a thousand lanes may wake at once.
        await Task.Yield();
        await supervisor.RunAsync(stop).ConfigureAwait(false);
        asleep(this);
    }
}
