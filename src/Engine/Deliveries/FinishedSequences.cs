namespace Paddlewheel.Engine.Deliveries;

/// <summary>
/// Which of the newest sequences are finished: one bit each, in a window that ends with the highest one finished. For messages that the
/// server delivers again long after they were acknowledged, because it was too busy to take the acknowledgements in.
/// </summary>
/// <remarks>Not synchronised: the registry's lock holds it.</remarks>
internal sealed class FinishedSequences
{
    /// <summary>Sequences in the window: at 50,000 messages a second the last 20 s, at 2,500 the last 7 minutes. 128 KiB when it is full.</summary>
    public const int Window = 1 << 20;

    private const int Page = 1 << 14;

    // Made when they are first needed, and kept.
    private readonly ulong[]?[] _pages = new ulong[]?[Window / Page];
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

        ref ulong[]? page = ref _pages[PageOf(sequence)];
        page ??= new ulong[Page / 64];
        page[WordOf(sequence)] |= Bit(sequence);
    }

    /// <summary>Whether the sequence is known to be finished.</summary>
    public bool Contains(ulong sequence) =>
        sequence <= _highest && _highest - sequence < Window && _pages[PageOf(sequence)] is { } page && (page[WordOf(sequence)] & Bit(sequence)) != 0;

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        _highest = 0;
        Array.Clear(_pages);
    }

    // The places up to the new highest one still speak of sequences a window before.
    private void Forget(ulong highest)
    {
        if (highest - _highest >= Window)
        {
            Array.Clear(_pages);
            return;
        }

        for (ulong sequence = _highest + 1; sequence <= highest; sequence++)
        {
            if (_pages[PageOf(sequence)] is { } page)
            {
                page[WordOf(sequence)] &= ~Bit(sequence);
            }
        }
    }

    private static int PageOf(ulong sequence) => (int)(sequence % Window / Page);

    private static int WordOf(ulong sequence) => (int)(sequence % Page / 64);

    private static ulong Bit(ulong sequence) => 1UL << (int)(sequence % 64);
}
