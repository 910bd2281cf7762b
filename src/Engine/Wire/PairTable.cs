namespace Paddlewheel.Engine.Wire;

/// <summary>
/// Rows of (name, value) in wire order. A table, not a dictionary: a message has a dozen of them, and hashing would cost
/// more than it saves.
/// </summary>
internal sealed class PairTable
{
    private Row[] _rows = new Row[16];

    public int Count { get; private set; }

    public TextRange Name(int index) => At(index).Name;

    public TextRange Value(int index) => At(index).Value;

    public void Clear() => Count = 0;

    public void Add(TextRange name, TextRange value)
    {
        if (Count == _rows.Length)
        {
            Array.Resize(ref _rows, _rows.Length * 2);
        }

        _rows[Count++] = new Row(name, value);
    }

    /// <summary>Drops every row of exactly this name: a repeated JSON key replaces what came before.</summary>
    public void Remove(TextStore store, ReadOnlySpan<byte> name)
    {
        int kept = 0;
        for (int i = 0; i < Count; i++)
        {
            if (_rows[i].Name.Length != name.Length || !store[_rows[i].Name].SequenceEqual(name))
            {
                _rows[kept++] = _rows[i];
            }
        }

        Count = kept;
    }

    /// <summary>Finds a name exactly; the last row wins, as in a map that was written twice.</summary>
    public bool TryGet(TextStore store, ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        for (int i = Count - 1; i >= 0; i--)
        {
            if (_rows[i].Name.Length == name.Length && store[_rows[i].Name].SequenceEqual(name))
            {
                value = store[_rows[i].Value];
                return true;
            }
        }

        value = default;
        return false;
    }

    private ref readonly Row At(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
        return ref _rows[index];
    }

    private readonly record struct Row(TextRange Name, TextRange Value);
}
