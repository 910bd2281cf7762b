namespace Paddlewheel.Engine.Deliveries;

/// <summary>
/// Which of the newest sequences are finished: one bit each, in a window that ends with the highest one finished. For messages that the
/// server delivers again long after they were acknowledged, because it was too busy to take the acknowledgements in.
/// </summary>
/// <remarks>Not synchronised: the registry's lock holds it.</remarks>
internal sealed class FinishedSequences
{
    /// <summary>Sequences in the window: at 50,000 messages a second the last 20 s, at 2,500 the last 7 minutes. 128 KiB.</summary>
    public const int Window = 1 << 20;

    private readonly ulong[] _bits = new ulong[Window / 64];
    private ulong _highest;

    /// <summary>Notes a finished sequence; one from before the window is not kept.</summary>
    public void Add(ulong sequence)
    {
        if (sequence > _highest)
        {
            Forget(sequence);
            _highest = sequence;
        }
        else if (_highest - sequence >= Window)
        {
            return;
        }

        _bits[(sequence % Window) / 64] |= 1UL << (int)(sequence % 64);
    }

    /// <summary>Whether the sequence is known to be finished.</summary>
    public bool Contains(ulong sequence) =>
        sequence <= _highest && _highest - sequence < Window && (_bits[(sequence % Window) / 64] & (1UL << (int)(sequence % 64))) != 0;

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        _highest = 0;
        Array.Clear(_bits);
    }

    // The places up to the new highest one still speak of sequences a window before.
    private void Forget(ulong highest)
    {
        if (highest - _highest >= Window)
        {
            Array.Clear(_bits);
            return;
        }

        for (ulong sequence = _highest + 1; sequence <= highest; sequence++)
        {
            _bits[(sequence % Window) / 64] &= ~(1UL << (int)(sequence % 64));
        }
    }
}
