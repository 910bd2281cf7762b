namespace Paddlewheel.Engine.Deliveries;

/// <summary>
/// What this lane is working on, by stream sequence. A sequence that is delivered again while we hold it hands over its new
/// ack subject and is not invoked a second time (RELIABILITY 0.7).
/// </summary>
internal sealed class SequenceRegistry(int capacity)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<ulong, Delivery> _held = new(capacity);

    public int Count
    {
        get { lock (_gate) { return _held.Count; } }
    }

    /// <summary>True when the sequence is new; false when it is held already and its new subject was handed over.</summary>
    public bool TryAdd(ulong sequence, Delivery delivery, string replyTo)
    {
        lock (_gate)
        {
            if (_held.TryGetValue(sequence, out Delivery? held))
            {
                held.Adopt(replyTo);
                return false;
            }

            _held.Add(sequence, delivery);
            return true;
        }
    }

    public void Remove(ulong sequence, Delivery delivery)
    {
        lock (_gate)
        {
            if (_held.TryGetValue(sequence, out Delivery? held) && ReferenceEquals(held, delivery))
            {
                _held.Remove(sequence);
            }
        }
    }

    /// <summary>Forgets everything: the stream was made anew, and its sequences mean other messages now.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            _held.Clear();
        }
    }
}
