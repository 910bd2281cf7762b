using System.Buffers;
using Paddlewheel.Engine.Judge;
using Paddlewheel.Engine.Lanes;
using Paddlewheel.Engine.Wire;

namespace Paddlewheel.Engine.Deliveries;

/// <summary>
/// One message on its walk from Fetch to Ack. Made at start, used again and again, owned by one room at a time; only the
/// lease keeper looks at it from outside, and then by <see cref="Generation"/>.
/// </summary>
internal sealed class Delivery
{
    /// <summary>A buffer up to this size stays with the delivery when it goes home; a larger one goes back to the shared pool.</summary>
    public const int KeptBufferBytes = 128 * 1024;

    private volatile DeliveryState _state;
    private volatile string _replyTo = "";
    private volatile bool _renewalAsked;

    // Until it has a lease of its own the keeper must neither renew it nor take it for lost.
    private long _leaseUntil = long.MaxValue;
    private long _leaseRenewed = long.MaxValue;
    private int _generation;
    private int _out;

    public Envelope Envelope { get; } = new();

    /// <summary>The message as it came, decoded in place: only the first <see cref="Length"/> bytes are its own.</summary>
    public byte[] Buffer { get; private set; } = [];

    public int Length { get; private set; }

    public Lane Lane { get; private set; } = null!;

    /// <summary>The lane's epoch at receipt.</summary>
    public int Epoch { get; private set; }

    /// <summary>False once its stream was made anew: nothing may be said about its sequence any more.</summary>
    public bool IsOfThisStream => Epoch == Lane.Epoch;

    /// <summary>Where the answer goes. A delivery that comes again while we work on it hands over its new subject.</summary>
    public string ReplyTo => _replyTo;

    public ulong StreamSequence { get; private set; }

    /// <summary>JetStream's delivery count, from 1: the attempt, or an upper bound of it.</summary>
    public int DeliveryCount { get; private set; }

    /// <summary>Whether its consumer had nothing more to deliver after it.</summary>
    public bool IsLast { get; private set; }

    /// <summary>When the stream stored it, nanoseconds since 1970, by the server's clock.</summary>
    public long StoredNs { get; private set; }

    /// <summary>The outcome of the call, once there is one.</summary>
    public InvocationResult Result;

    /// <summary>What the judge made of it.</summary>
    public Verdict Verdict;

    /// <summary>The retry policy in force for this message.</summary>
    public RetryPolicy? Policy { get; set; }

    /// <summary>Why it can't be invoked, or None.</summary>
    public EnvelopeError Error { get; set; }

    /// <summary>The function's answer, kept only for a callback.</summary>
    public ResponseBody Response { get; } = new();

    /// <summary>Callback posts so far.</summary>
    public int CallbackAttempts { get; set; }

    public DeliveryState State
    {
        get => _state;
        set => _state = value;
    }

    /// <summary>Counts the lives of this object, so that a late look from outside knows that it came too late.</summary>
    public int Generation => Volatile.Read(ref _generation);

    /// <summary>Timestamp until which the server will not deliver it to anybody else.</summary>
    public long LeaseUntil => Volatile.Read(ref _leaseUntil);

    /// <summary>Timestamp of the last renewal, or of receipt.</summary>
    public long LeaseRenewed => Volatile.Read(ref _leaseRenewed);

    /// <summary>A renewal is on its way: asking again would only fill the ring while the connection is down.</summary>
    public bool RenewalAsked
    {
        get => _renewalAsked;
        set => _renewalAsked = value;
    }

    /// <summary>When its call began, as the lane's limiter counts; 0 without one.</summary>
    public long StartedAt { get; set; }

    /// <summary>The next one of its lane that waits for a slot; owned by the lock of the turns.</summary>
    public Delivery? Behind { get; set; }

    /// <summary>It leaves the pool.</summary>
    public void GoOut() => Volatile.Write(ref _out, 1);

    /// <summary>It is on its way back into the pool; false when it was there already.</summary>
    public bool TryComeHome() => Interlocked.Exchange(ref _out, 0) == 1;

    /// <summary>Set once the lease ran out before it could be renewed: no NAK and no TERM from then on.</summary>
    public bool LeaseLost { get; set; }

    /// <summary>Starts a walk: copies the message, once, out of the receive buffer.</summary>
    public void Receive(Lane lane, string replyTo, in AckSubject ack, in ReadOnlySequence<byte> payload)
    {
        Lane = lane;
        Epoch = lane.Epoch;
        _replyTo = replyTo;
        StreamSequence = ack.StreamSequence;
        DeliveryCount = ack.DeliveryCount;
        IsLast = ack.Pending == 0;
        StoredNs = ack.TimestampNs;
        Length = checked((int)payload.Length);
        if (Buffer.Length < Length)
        {
            Grow(Length);
        }

        payload.CopyTo(Buffer);
        Error = EnvelopeError.None;
        Policy = null;
        CallbackAttempts = 0;
        LeaseLost = false;
        _state = DeliveryState.Waiting;
    }

    /// <summary>The server delivered the same sequence again while we hold it: its newest subject is the one to answer.</summary>
    public void Adopt(string replyTo) => _replyTo = replyTo;

    /// <summary>A delivery anew is a lease anew, whatever became of the old one.</summary>
    public void StartLease(long now, long until)
    {
        LeaseLost = false;
        RenewLease(now, until);
    }

    public void RenewLease(long now, long until)
    {
        RenewalAsked = false;
        Volatile.Write(ref _leaseRenewed, now);
        Volatile.Write(ref _leaseUntil, until);
    }

    /// <summary>Ends the walk. The pool calls it; nobody else may still hold the delivery.</summary>
    public void Reset()
    {
        _state = DeliveryState.Free;
        Interlocked.Increment(ref _generation);
        Envelope.Clear();
        Response.Clear();
        _replyTo = "";
        _renewalAsked = false;
        Volatile.Write(ref _leaseUntil, long.MaxValue);
        Volatile.Write(ref _leaseRenewed, long.MaxValue);
        if (Buffer.Length > KeptBufferBytes)
        {
            ArrayPool<byte>.Shared.Return(Buffer);
            Buffer = [];
        }
    }

    private void Grow(int bytes)
    {
        if (Buffer.Length > KeptBufferBytes)
        {
            ArrayPool<byte>.Shared.Return(Buffer);
        }

        Buffer = bytes > KeptBufferBytes
            ? ArrayPool<byte>.Shared.Rent(bytes)
            : GC.AllocateUninitializedArray<byte>((int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)bytes));
    }
}
