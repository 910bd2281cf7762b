namespace Paddlewheel.Engine.Fetch;

/// <summary>
/// What has been asked of the server and not yet come: the outstanding credit of a lane, pull by pull. The server fills pulls
/// in order, so a message is booked on the oldest one that is not full.
/// </summary>
/// <remarks>Not thread-safe: its owner holds a lock. Time is a timestamp given by the caller.</remarks>
internal sealed class PullLedger
{
    /// <summary>Most pulls under way: with every worker below it, a consumer's max_waiting (512) is enough for 64 replicas.</summary>
    public const int MaxPulls = 8;

    private readonly Pull[] _pulls = new Pull[MaxPulls];
    private int _first;
    private int _count;
    private int _nextId;

    /// <summary>Messages asked for and not yet come.</summary>
    public int Outstanding { get; private set; }

    public bool IsFull => _count == MaxPulls;

    /// <summary>Books a pull and gives its number, 0 to <see cref="MaxPulls"/> - 1: the last token of its inbox.</summary>
    public int Add(int batch, long now)
    {
        int id = _nextId;
        _nextId = (_nextId + 1) % MaxPulls;
        _pulls[(_first + _count++) % MaxPulls] = new Pull(id, batch, now);
        Outstanding += batch;
        return id;
    }

    /// <summary>A message came. True, with the time its pull was sent, when it is that pull's first.</summary>
    public bool Received(out long sentAt)
    {
        sentAt = 0;
        if (_count == 0)
        {
            return false;
        }

        ref Pull pull = ref _pulls[_first];
        bool isFirst = !pull.HasReceived;
        sentAt = pull.SentAt;
        pull.HasReceived = true;
        pull.Left--;
        Outstanding--;
        if (pull.Left == 0)
        {
            DropFirst();
        }

        return isFirst;
    }

    /// <summary>The server ended this pull; what was left of it is credit again. An unknown number is ignored.</summary>
    public void Ended(int id)
    {
        for (int i = 0; i < _count; i++)
        {
            int at = (_first + i) % MaxPulls;
            if (_pulls[at].Id == id)
            {
                Outstanding -= _pulls[at].Left;
                RemoveAt(i);
                return;
            }
        }
    }

    /// <summary>Nothing asked for will come: reconnected, a new leader, or no heartbeat.</summary>
    public void Void()
    {
        _count = 0;
        Outstanding = 0;
    }

    private void DropFirst()
    {
        _first = (_first + 1) % MaxPulls;
        _count--;
    }

    private void RemoveAt(int index)
    {
        for (int i = index; i < _count - 1; i++)
        {
            _pulls[(_first + i) % MaxPulls] = _pulls[(_first + i + 1) % MaxPulls];
        }

        _count--;
    }

    private struct Pull(int id, int batch, long sentAt)
    {
        public readonly int Id = id;
        public readonly long SentAt = sentAt;
        public int Left = batch;
        public bool HasReceived;
    }
}
