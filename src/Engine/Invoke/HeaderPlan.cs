namespace Paddlewheel.Engine.Invoke;

/// <summary>
/// What the header names of the last message said, row by row. The next message has mostly the same names in the same places:
/// then nothing is judged anew, and the line's beginning is ready.
/// </summary>
internal sealed class HeaderPlan
{
    private const int Around = 4;

    private Row[] _rows = new Row[32];
    private byte[] _lines = new byte[1024];
    private int _count;
    private int _length;

    /// <summary>What becomes of a header by its name alone. The name is compared byte for byte with the one that was judged.</summary>
    /// <param name="row">The header's place in the message; all before it have been asked for.</param>
    /// <param name="name">Its name.</param>
    /// <param name="line">A line break, the name, a colon and a blank; valid until the next call.</param>
    public HeaderFate OfName(int row, ReadOnlySpan<byte> name, out ReadOnlySpan<byte> line)
    {
        if (row < _count)
        {
            ref readonly Row known = ref _rows[row];
            line = _lines.AsSpan(known.Start, known.Length);
            if (line.Length == name.Length + Around && line.Slice(2, name.Length).SequenceEqual(name))
            {
                return known.Fate;
            }
        }

        return Learn(row, name, out line);
    }

    private HeaderFate Learn(int row, ReadOnlySpan<byte> name, out ReadOnlySpan<byte> line)
    {
        // The rows behind it begin elsewhere now.
        _length = row < _count ? _rows[row].Start : _length;
        if (row == _rows.Length)
        {
            Array.Resize(ref _rows, _rows.Length * 2);
        }

        int end = _length + name.Length + Around;
        if (end > _lines.Length)
        {
            Array.Resize(ref _lines, Math.Max(_lines.Length * 2, end));
        }

        Span<byte> written = _lines.AsSpan(_length, name.Length + Around);
        "\r\n"u8.CopyTo(written);
        name.CopyTo(written[2..]);
        ": "u8.CopyTo(written[^2..]);
        line = written;
        HeaderFate fate = HeaderRules.OfName(name);
        _rows[row] = new Row(_length, written.Length, fate);
        (_count, _length) = (row + 1, end);
        return fate;
    }

    private readonly record struct Row(int Start, int Length, HeaderFate Fate);
}
