namespace Paddlewheel.Engine.Retry;

/// <summary>The rejected calls of one lane, the oldest first, linked through their tickets. Owned by the book's lock.</summary>
internal sealed class TicketLine
{
    private Ticket? _last;
    private int _count;

    public Ticket? First { get; private set; }

    /// <summary>Calls that wait for room.</summary>
    public int Count => Volatile.Read(ref _count);

    public void Add(Ticket ticket)
    {
        ticket.IsRejected = true;
        (ticket.Before, ticket.After) = (_last, null);
        if (_last is null)
        {
            First = ticket;
        }
        else
        {
            _last.After = ticket;
        }

        _last = ticket;
        _count++;
    }

    /// <summary>A ticket that is not in the line is left alone.</summary>
    public void Remove(Ticket ticket)
    {
        if (!ticket.IsRejected)
        {
            return;
        }

        if (ticket.Before is { } before)
        {
            before.After = ticket.After;
        }
        else
        {
            First = ticket.After;
        }

        if (ticket.After is { } after)
        {
            after.Before = ticket.Before;
        }
        else
        {
            _last = ticket.Before;
        }

        ticket.IsRejected = false;
        ticket.Before = ticket.After = null;
        _count--;
    }
}
