using Paddlewheel.Engine.Wire;

namespace Paddlewheel.Engine.Invoke;

/// <summary>
/// What became of each header row of the last message. While the next message has the same names in the same order, and
/// values that are judged alike, the request's header list is the right one and nothing is done to it.
/// </summary>
internal sealed class HeaderPlan
{
    private const int None = -1;

    private Row[] _rows = new Row[32];
    private byte[] _names = new byte[512];
    private int _count = None;
    private int _length;

    /// <summary>
    /// Whether the plan is the message's too. Every name is compared byte for byte and every value that would be sent is
    /// judged: nothing is taken over but the answer for a name.
    /// </summary>
    /// <param name="envelope">The next message.</param>
    /// <param name="longest">Bytes of its longest value that is sent.</param>
    public bool Fits(Envelope envelope, out int longest)
    {
        longest = 0;
        if (envelope.HeaderCount != _count)
        {
            return false;
        }

        for (int i = 0; i < _count; i++)
        {
            ref readonly Row row = ref _rows[i];
            if (!envelope.HeaderName(i).SequenceEqual(_names.AsSpan(row.Start, row.Length)))
            {
                return false;
            }

            if (row.OfName is not (HeaderFate.Forward or HeaderFate.ReplaceAccept))
            {
                continue;
            }

            ReadOnlySpan<byte> value = envelope.HeaderValue(i);
            if (HeaderRules.WithValue(row.OfName, value) != row.Fate)
            {
                return false;
            }

            longest = Math.Max(longest, value.Length);
        }

        return true;
    }

    /// <summary>Starts a new plan.</summary>
    public void Begin()
    {
        _count = 0;
        _length = 0;
    }

    /// <summary>Appends a row: what its name says and what became of it.</summary>
    public void Add(ReadOnlySpan<byte> name, HeaderFate ofName, HeaderFate fate)
    {
        if (_count == _rows.Length)
        {
            Array.Resize(ref _rows, _rows.Length * 2);
        }

        if (_names.Length - _length < name.Length)
        {
            Array.Resize(ref _names, Math.Max(_names.Length * 2, _length + name.Length));
        }

        name.CopyTo(_names.AsSpan(_length));
        _rows[_count++] = new Row(_length, name.Length, ofName, fate);
        _length += name.Length;
    }

    /// <summary>The message's rows depend on more than their own name and value: the plan fits no other.</summary>
    public void Forget() => _count = None;

    private readonly record struct Row(int Start, int Length, HeaderFate OfName, HeaderFate Fate);
}
