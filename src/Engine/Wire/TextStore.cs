using System.Runtime.CompilerServices;
using System.Text.Unicode;

namespace Paddlewheel.Engine.Wire;

/// <summary>
/// The bytes of one message and the few that do not fit there. Text lives where it arrived: unescaping only shortens it.
/// The scratch takes what grows (invalid UTF-8, a rebuilt URL); it keeps its largest size, so reading settles at 0 bytes.
/// </summary>
internal sealed class TextStore
{
    private byte[] _message = [];
    private byte[] _scratch = new byte[256];
    private int _used;

    /// <summary>Bytes of scratch in use: where the next appended text starts.</summary>
    public int Mark => _used;

    public ReadOnlySpan<byte> this[TextRange range]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            int start = range.Start;
            byte[] text = _message;
            if (start < 0)
            {
                (start, text) = (~start, _scratch);
            }

            return new ReadOnlySpan<byte>(text, start, range.Length);
        }
    }

    public ReadOnlyMemory<byte> Memory(TextRange range) => range.Start >= 0
        ? _message.AsMemory(range.Start, range.Length)
        : _scratch.AsMemory(~range.Start, range.Length);

    /// <summary>Takes a new message; every earlier <see cref="TextRange"/> is void.</summary>
    public void Attach(byte[] message)
    {
        _message = message;
        _used = 0;
    }

    /// <summary>The message's bytes, for those who shorten them in place.</summary>
    public Span<byte> Message(TextRange range) => _message.AsSpan(range.Start, range.Length);

    /// <summary>
    /// The text of a JSON string lying at <paramref name="raw"/> in the message. Like Go's decoder, a byte that is no UTF-8
    /// becomes U+FFFD instead of an error.
    /// </summary>
    public TextRange Unescape(TextRange raw, bool escaped)
    {
        var text = Message(raw);
        if (!Utf8.IsValid(text))
        {
            int start = _used;
            // Each bad byte may become the three of U+FFFD.
            Reserve(text.Length * 3);
            int repaired = JsonText.Repair(text, _scratch.AsSpan(start));
            int length = JsonText.UnescapeInPlace(_scratch.AsSpan(start, repaired));
            _used = start + length;
            return new TextRange(~start, length);
        }

        return escaped ? raw with { Length = JsonText.UnescapeInPlace(text) } : raw;
    }

    /// <summary>The text of a JSON string, known to be valid UTF-8 with well-formed escapes, unescaped into the scratch.</summary>
    public TextRange UnescapeCopy(ReadOnlySpan<byte> raw)
    {
        int mark = _used;
        Append(raw);
        _used = mark + JsonText.UnescapeInPlace(_scratch.AsSpan(mark, raw.Length));
        return Since(mark);
    }

    public void Append(ReadOnlySpan<byte> text)
    {
        Reserve(text.Length);
        text.CopyTo(_scratch.AsSpan(_used));
        _used += text.Length;
    }

    public void Append(byte value)
    {
        Reserve(1);
        _scratch[_used++] = value;
    }

    /// <summary>The text appended since <paramref name="mark"/>.</summary>
    public TextRange Since(int mark) => new(~mark, _used - mark);

    private void Reserve(int length)
    {
        // An earlier span keeps the old array alive and unchanged, so growing while reading from the scratch is safe.
        if (_scratch.Length - _used < length)
        {
            Array.Resize(ref _scratch, Math.Max(_scratch.Length * 2, _used + length));
        }
    }
}
