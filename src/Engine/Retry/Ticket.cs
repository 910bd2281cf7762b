using Paddlewheel.Engine.Lanes;
using Paddlewheel.Engine.Timing;

namespace Paddlewheel.Engine.Retry;

/// <summary>
/// What is left here of a message that waits for its retry: a hundred bytes, not the message. On the wheel it holds the
/// lease and NAKs when due; on the server it only counts.
/// </summary>
internal sealed class Ticket(TicketBook book) : WheelEntry
{
    private int _epoch;

    public string ReplyTo { get; private set; } = "";

    public Lane? Lane { get; private set; }

    public ulong StreamSequence { get; private set; }

    /// <summary>The server knows the delay already: nothing is sent when it is over.</summary>
    public bool OnServer { get; private set; }

    /// <summary>Timestamp at which the retry is due.</summary>
    public long DueAt { get; private set; }

    /// <summary>Timestamp at which the lease that it holds ends; after it the message is somebody else's.</summary>
    public long LeaseUntil { get; private set; }

    public bool IsOpen { get; private set; }

    /// <summary>Neighbours among its lane's rejected calls; owned by the book's lock.</summary>
    public Ticket? Before { get; set; }

    public Ticket? After { get; set; }

    /// <summary>What its call is found by; 0 when it has no id.</summary>
    public int CallHash { get; private set; }

    /// <summary>Neighbours among its call's tickets; owned by the book's lock.</summary>
    public Ticket? PreviousOfCall { get; set; }

    public Ticket? NextOfCall { get; set; }

    /// <summary>It waits for room rather than for time: it may be woken early.</summary>
    public bool IsRejected { get; set; }

    /// <summary>False once its stream was made anew.</summary>
    public bool IsOfThisStream => Lane is { } lane && lane.Epoch == _epoch;

    public void Open(string replyTo, Lane lane, ulong sequence, bool onServer, long dueAt, long leaseUntil, int callHash)
    {
        ReplyTo = replyTo;
        Lane = lane;
        StreamSequence = sequence;
        OnServer = onServer;
        DueAt = dueAt;
        LeaseUntil = leaseUntil;
        CallHash = callHash;
        IsOpen = true;
        _epoch = lane.Epoch;
    }

    public void Shut()
    {
        IsOpen = false;
        ReplyTo = "";
        Lane = null;
    }

    protected internal override void OnDue() => book.Due(this);
}
