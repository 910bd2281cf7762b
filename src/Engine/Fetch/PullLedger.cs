namespace Paddlewheel.Engine.Fetch;

/// <summary>
/// What has been asked of the server and not yet come: the outstanding credit of a lane, pull by pull. The server deals one
/// message to each waiting pull in turn, and so does the book: a filled pull never gets a status, so what the book takes for
/// open must be what the server takes for open. Messages and pulls cross on their way, though, and a message may be booked on
/// another pull than it came from. What the server says was left of a pull that it ends sets the sum right again.
/// </summary>
/// <remarks>Not thread-safe: its owner holds a lock. Time is a timestamp given by the caller.</remarks>
internal sealed class PullLedger
{
    /// <summary>Most pulls under way: with every worker below it, a consumer's max_waiting (512) is enough for 64 replicas.</summary>
    public const int MaxPulls = 8;

    /// <summary>
    /// Numbers that pulls are given, in a circle: twice as many as can be under way, so that the late end of a pull which was taken
    /// for filled is hardly ever taken for the end of another one.
    /// </summary>
    public const int Numbers = 16;

    private readonly Pull[] _pulls = new Pull[MaxPulls];
    private int _count;
    private int _lastId = -1;

    // A bit for each number whose pull is filled by this book, and perhaps not by the server's.
    private uint _filled;

    /// <summary>Messages asked for and not yet come.</summary>
    public int Outstanding { get; private set; }

    public bool IsFull => _count == MaxPulls;

    /// <summary>Books a pull and gives it a number that no pull under way has, 0 to <see cref="Numbers"/> - 1: the last token of its inbox.</summary>
    public int Add(int batch, long now)
    {
        do
        {
            _lastId = (_lastId + 1) % Numbers;
        }
        while (Find(_lastId) >= 0);

        _pulls[_count++] = new Pull(_lastId, batch, batch, now);
        _filled &= ~(1U << _lastId);
        Outstanding += batch;
        return _lastId;
    }

    /// <summary>A message came. True, with the time its pull was sent, when it is that pull's first.</summary>
    public bool Received(out long sentAt)
    {
        sentAt = 0;
        if (_count == 0)
        {
            return false;
        }

        Pull pull = _pulls[0];
        bool isFirst = !pull.HasReceived;
        sentAt = pull.SentAt;
        Outstanding--;
        RemoveAt(0);
        if (pull.Left > 1)
        {
            _pulls[_count++] = pull with { Left = pull.Left - 1, HasReceived = true };
        }
        else
        {
            _filled |= 1U << pull.Id;
        }

        return isFirst;
    }

    /// <summary>The server ended this pull; what was left of it is credit again. An unknown number is ignored.</summary>
    /// <param name="id">The pull's number.</param>
    /// <param name="left">Messages that the server still owed it; more than were asked for is all of them, less than 0 is not known.</param>
    public void Ended(int id, int left = -1)
    {
        int at = Find(id);
        if (at >= 0)
        {
            Pull pull = _pulls[at];
            Outstanding -= pull.Left;
            RemoveAt(at);
            Settle(left < 0 ? 0 : Math.Min(left, pull.Asked) - pull.Left);
        }
        else if (left > 0 && id is >= 0 and < Numbers && (_filled & (1U << id)) != 0)
        {
            _filled &= ~(1U << id);
            Settle(left);
        }
    }

    /// <summary>Ends every pull sent before this time: it has expired on the server, and its status was lost.</summary>
    public void EndOlderThan(long sentAt)
    {
        for (int i = _count - 1; i >= 0; i--)
        {
            if (_pulls[i].SentAt < sentAt)
            {
                Outstanding -= _pulls[i].Left;
                RemoveAt(i);
            }
        }
    }

    /// <summary>Nothing asked for will come: reconnected, a new leader, or no heartbeat.</summary>
    public void Void()
    {
        _count = 0;
        _filled = 0;
        Outstanding = 0;
    }

    // So many messages were booked on a pull and came out of the others, or the other way round. Without this, the others look
    // open for longer than they are, and a lane that waits for them stands still until their time is over.
    private void Settle(int tooMany)
    {
        for (int i = 0; i < _count && tooMany != 0;)
        {
            Pull pull = _pulls[i];
            int change = Math.Clamp(-tooMany, -pull.Left, pull.Asked - pull.Left);
            tooMany += change;
            Outstanding += change;
            if (pull.Left + change > 0)
            {
                _pulls[i++] = pull with { Left = pull.Left + change };
            }
            else
            {
                _filled |= 1U << pull.Id;
                RemoveAt(i);
            }
        }
    }

    private int Find(int id)
    {
        for (int i = 0; i < _count; i++)
        {
            if (_pulls[i].Id == id)
            {
                return i;
            }
        }

        return -1;
    }

    private void RemoveAt(int index)
    {
        _count--;
        Array.Copy(_pulls, index + 1, _pulls, index, _count - index);
    }

    private readonly record struct Pull(int Id, int Asked, int Left, long SentAt, bool HasReceived = false);
}
