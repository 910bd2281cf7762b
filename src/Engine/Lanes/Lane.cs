using Paddlewheel.Engine.Deliveries;
using Paddlewheel.Engine.Telemetry;

namespace Paddlewheel.Engine.Lanes;

/// <summary>One JetStream consumer, with what this worker holds of it. Everything after Fetch is the same for every lane.</summary>
internal sealed class Lane(string stream, string consumer, TimeSpan ackWait, int capacity, LaneMetrics metrics)
{
    private int _held;
    private int _epoch;
    private long _completed;
    private Action? _roomMade;

    public string Stream { get; } = stream;

    public string Consumer { get; set; } = consumer;

    /// <summary>The consumer's own ack wait, as the server has it.</summary>
    public TimeSpan AckWait { get; set; } = ackWait;

    public LaneMetrics Metrics { get; } = metrics;

    public SequenceRegistry Registry { get; } = new(capacity);

    /// <summary>Whether the consumer's own limit holds its delivery up; kept by whoever reads the depth.</summary>
    public PendingLimit PendingLimit { get; } = new();

    /// <summary>Deliveries of this lane that wait for a slot or are in one.</summary>
    public int Held => Volatile.Read(ref _held);

    /// <summary>Calls finished since start; the prefetch is derived from how fast it grows.</summary>
    public long Completed => Volatile.Read(ref _completed);

    /// <summary>Called, on any thread, whenever a credit comes back. It must not block.</summary>
    public void OnRoomMade(Action wake) => _roomMade = wake;

    /// <summary>Counts the streams that this lane has read under its name. A delivery of an earlier one is never answered: the same sequence is another message now.</summary>
    public int Epoch => Volatile.Read(ref _epoch);

    /// <summary>The stream was deleted and made anew.</summary>
    public void StreamReplaced()
    {
        Interlocked.Increment(ref _epoch);
        Registry.Clear();
    }

    public void Took() => Interlocked.Increment(ref _held);

    /// <summary>A slot is free again, or a delivery left before it reached one.</summary>
    public void SlotFreed(bool completed)
    {
        Interlocked.Decrement(ref _held);
        if (completed)
        {
            Interlocked.Increment(ref _completed);
        }

        _roomMade?.Invoke();
    }

    public void RoomMade() => _roomMade?.Invoke();
}
