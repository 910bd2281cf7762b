namespace Paddlewheel.Engine.Deliveries;

/// <summary>What a lane knows of a sequence that has just been delivered.</summary>
internal enum SequenceKnown
{
    /// <summary>Nothing: it is to be invoked.</summary>
    New,

    /// <summary>We are working on it; the delivery in hand has taken over the new ack subject.</summary>
    Held,

    /// <summary>It is done, but its ack did not arrive: only the ack is owed.</summary>
    Done,
}

/// <summary>
/// What this lane is working on or has just finished, by stream sequence. A sequence that is delivered again meanwhile is not
/// invoked a second time: not while we hold it, and not when only its ack was lost, with the consumer that
/// it was for or with a broken socket. What the server itself delivers again (count 2 and more) is remembered for longer: a
/// server that is busy may take an acknowledgement in only after <c>ack_wait</c>.
/// </summary>
internal sealed class SequenceRegistry
{
    /// <summary>Finished sequences remembered whoever delivers them: at 50,000 messages a second, the last 80 ms at least.</summary>
    public const int Remembered = 4096;

    private readonly Lock _gate = new();
    private readonly Dictionary<ulong, Delivery> _held;
    private readonly HashSet<ulong> _done = new(Remembered);
    private readonly ulong[] _doneInOrder = new ulong[Remembered];
    private readonly FinishedSequences _finished = new();
    private int _next;

    /// <param name="capacity">Most deliveries held at once.</param>
    public SequenceRegistry(int capacity) => _held = new Dictionary<ulong, Delivery>(capacity);

    /// <summary>Sequences held now.</summary>
    public int Count
    {
        get { lock (_gate) { return _held.Count; } }
    }

    /// <summary>Books the delivery if its sequence is new; says what it is otherwise, and hands a held one its new subject and lease.</summary>
    /// <param name="sequence">In the stream.</param>
    /// <param name="delivery">What is booked under it.</param>
    /// <param name="replyTo">The new ack subject.</param>
    /// <param name="now">When it came.</param>
    /// <param name="leaseUntil">The lease that came with it; 0 for none.</param>
    /// <param name="count">JetStream's delivery count.</param>
    public SequenceKnown TryAdd(ulong sequence, Delivery delivery, string replyTo, long now = 0, long leaseUntil = 0, int count = 1)
    {
        lock (_gate)
        {
            SequenceKnown known = Look(sequence, replyTo, now, leaseUntil, count);
            if (known == SequenceKnown.New)
            {
                _held.Add(sequence, delivery);
            }

            return known;
        }
    }

    /// <summary>As <see cref="TryAdd"/>, for a message that there is no place for.</summary>
    public SequenceKnown Meet(ulong sequence, string replyTo, long now, long leaseUntil, int count = 1)
    {
        lock (_gate)
        {
            return Look(sequence, replyTo, now, leaseUntil, count);
        }
    }

    /// <summary>The delivery leaves; <paramref name="done"/> when it was acked or terminated, and is not to run again.</summary>
    public void Remove(ulong sequence, Delivery delivery, bool done = false)
    {
        lock (_gate)
        {
            if (!_held.TryGetValue(sequence, out Delivery? held) || !ReferenceEquals(held, delivery))
            {
                return;
            }

            _held.Remove(sequence);
            if (!done)
            {
                return;
            }

            _finished.Add(sequence);
            if (_done.Add(sequence))
            {
                // Sequences begin at 1, so an unused place removes nothing.
                _done.Remove(_doneInOrder[_next]);
                _doneInOrder[_next] = sequence;
                _next = (_next + 1) % Remembered;
            }
        }
    }

    private SequenceKnown Look(ulong sequence, string replyTo, long now, long leaseUntil, int count)
    {
        if (_held.TryGetValue(sequence, out Delivery? held))
        {
            held.Adopt(replyTo);
            if (leaseUntil != 0)
            {
                held.StartLease(now, leaseUntil);
            }

            return SequenceKnown.Held;
        }

        // A first delivery of something old is a consumer that was set back on purpose: that is to run.
        return _done.Contains(sequence) || (count > 1 && _finished.Contains(sequence)) ? SequenceKnown.Done : SequenceKnown.New;
    }

    /// <summary>Forgets everything: the stream was made anew, and its sequences mean other messages now.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            _held.Clear();
            _done.Clear();
            Array.Clear(_doneInOrder);
            _finished.Clear();
        }
    }
}
