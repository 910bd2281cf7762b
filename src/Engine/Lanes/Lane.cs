using Paddlewheel.Engine.Deliveries;
using Paddlewheel.Engine.Retry;
using Paddlewheel.Engine.Telemetry;
using Paddlewheel.Engine.Wire;

namespace Paddlewheel.Engine.Lanes;

/// <summary>One JetStream consumer, with what this worker holds of it. Everything after Fetch is the same for every lane.</summary>
internal sealed class Lane
{
    private readonly LaneMetrics _metrics;
    private int _held;
    private long _completed;
    private long _backlog;
    private long _newestStoredNs;
    private bool _hinted;
    private Action? _roomMade;

    /// <summary>A lane that is its stream's only one.</summary>
    public Lane(string stream, string consumer, TimeSpan ackWait, int capacity, LaneMetrics metrics)
        : this(stream, consumer, ackWait, new StreamBook(capacity), metrics)
    {
    }

    /// <summary>One of several lanes of a stream.</summary>
    public Lane(string stream, string consumer, TimeSpan ackWait, StreamBook book, LaneMetrics metrics, LaneName? name = null)
    {
        Stream = stream;
        Consumer = consumer;
        AckWait = ackWait;
        Book = book;
        Name = name;
        _metrics = metrics;
    }

    public string Stream { get; }

    public string Consumer { get; set; }

    /// <summary>The consumer's own ack wait, as the server has it.</summary>
    public TimeSpan AckWait { get; set; }

    /// <summary>Successes that may wait for each other before they are told to the server; 1 is each by itself.</summary>
    public int AcksAtOnce { get; set; } = 1;

    /// <summary>What is true of the whole stream.</summary>
    public StreamBook Book { get; }

    /// <summary>Which function this lane serves; null for a lane of all functions.</summary>
    public LaneName? Name { get; }

    public LaneMetrics Metrics => Name?.Metrics ?? _metrics;

    public SequenceRegistry Registry => Book.Registry;

    /// <summary>Deliveries that wait for a slot, and how many may run.</summary>
    public LaneLine Line { get; } = new();

    /// <summary>Whether the consumer's own limit holds its delivery up; kept by whoever reads the depth.</summary>
    public PendingLimit PendingLimit { get; } = new();

    /// <summary>Deliveries of this lane that wait for a slot or are in one.</summary>
    public int Held => Volatile.Read(ref _held);

    /// <summary>Calls finished since start; the prefetch is derived from how fast it grows.</summary>
    public long Completed => Volatile.Read(ref _completed);

    /// <summary>Messages that the server still had to give when it gave the last one; 0 once it has none.</summary>
    public long Backlog
    {
        get => Volatile.Read(ref _backlog);
        set => Volatile.Write(ref _backlog, value);
    }

    /// <summary>When the last message that came for the first time was stored, nanoseconds since 1970 by the server's clock; 0 before any.</summary>
    public long NewestStoredNs
    {
        get => Volatile.Read(ref _newestStoredNs);
        set => Volatile.Write(ref _newestStoredNs, value);
    }

    /// <summary>Calls that were rejected for want of room (429) and wait for it; owned by the tickets' lock.</summary>
    public TicketLine Rejected { get; } = new();

    /// <inheritdoc cref="StreamBook.Epoch"/>
    public int Epoch => Book.Epoch;

    /// <summary>Called, on any thread, whenever a credit comes back. It must not block.</summary>
    public void OnRoomMade(Action wake) => _roomMade = wake;

    /// <summary>A message of this lane is about to run: it says which function it is of, and may say how many of it fit.</summary>
    public void Meet(Envelope envelope)
    {
        Name?.Meet(envelope.Function);
        if (!_hinted)
        {
            _hinted = true;
            Line.Adaptive?.Hint(LaneLimits.HintOf(envelope));
        }
    }

    public void Took() => Interlocked.Increment(ref _held);

    /// <summary>A call is over. Whoever says so tells of the room that it makes: now, or together with the delivery's.</summary>
    public void CallEnded()
    {
        Interlocked.Decrement(ref _held);
        Interlocked.Increment(ref _completed);
    }

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
