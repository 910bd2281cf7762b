using Paddlewheel.Engine.Deliveries;
using Paddlewheel.Engine.Modes;

namespace Paddlewheel.Engine.Lanes;

/// <summary>
/// What is true of a whole stream, whichever lane reads it: the sequences in hand, and which making of the stream they
/// belong to. All lanes of a stream share one book.
/// </summary>
internal sealed class StreamBook(int capacity)
{
    private readonly Lock _gate = new();
    private DateTimeOffset _created;
    private int _epoch;
    private FenceSet _fences = FenceSet.Empty;

    /// <summary>What consumers of another mode still have; asked for every message.</summary>
    public FenceSet Fences
    {
        get => Volatile.Read(ref _fences);
        set => Volatile.Write(ref _fences, value);
    }

    public SequenceRegistry Registry { get; } = new(capacity);

    /// <summary>Counts the streams that were read under this name. A delivery of an earlier one is never answered: the same sequence is another message now.</summary>
    public int Epoch => Volatile.Read(ref _epoch);

    /// <summary>Looks at when the stream was made; true, once, when it is another one than before.</summary>
    public bool IsReplacedBy(DateTimeOffset created)
    {
        lock (_gate)
        {
            bool replaced = _created != default && created != _created;
            _created = created;
            if (replaced)
            {
                Replaced();
            }

            return replaced;
        }
    }

    /// <summary>The stream was deleted and made anew.</summary>
    public void Replaced()
    {
        Interlocked.Increment(ref _epoch);
        Fences = FenceSet.Empty;
        Registry.Clear();
    }
}
