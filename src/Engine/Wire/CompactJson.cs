using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Text.Unicode;

namespace Paddlewheel.Engine.Wire;

/// <summary>
/// Walks JSON without blanks, as every marshaller writes it. It only ever says yes to what <see cref="JsonCursor"/> would read
/// the same way; false means "ask that one", whatever the reason. It leaves the message as it came, so asking is possible.
/// </summary>
internal ref struct CompactJson(ReadOnlySpan<byte> message, TextStore store)
{
    private readonly ReadOnlySpan<byte> _message = message;
    private int _at;

    /// <summary>Whether the whole message has been walked over.</summary>
    public readonly bool IsAtEnd => _at == _message.Length;

    public readonly bool IsText => Peek((byte)'"');

    /// <summary>Steps over one byte of punctuation, if it is the next.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Take(byte punctuation)
    {
        if (!Peek(punctuation))
        {
            return false;
        }

        _at++;
        return true;
    }

    /// <summary>Steps over a literal: null, true or false.</summary>
    public bool Take(ReadOnlySpan<byte> literal)
    {
        if (!_message[_at..].StartsWith(literal))
        {
            return false;
        }

        _at += literal.Length;
        return true;
    }

    /// <summary>Steps over a key and its colon; no for a key with an escape or beyond ASCII.</summary>
    public bool TryKey(out ReadOnlySpan<byte> key)
    {
        if (TryPlain(out TextRange range) && Take((byte)':'))
        {
            key = _message.Slice(range.Start, range.Length);
            return true;
        }

        key = default;
        return false;
    }

    /// <summary>Steps over a string; one with escapes is unescaped into the scratch.</summary>
    public bool TryText(out TextRange text) => TryPlain(out text) || TryUnusual(ref text);

    /// <summary>Steps over a string into a field; null leaves the field as it is.</summary>
    public bool TryField(ref TextRange field)
    {
        if (!IsText)
        {
            return Take("null"u8);
        }

        bool read = TryText(out TextRange text);
        field = text;
        return read;
    }

    /// <summary>Steps over a boolean into a field; null leaves the field as it is.</summary>
    public bool TryField(ref bool field)
    {
        if (Take("false"u8))
        {
            field = false;
            return true;
        }

        if (Take("true"u8))
        {
            field = true;
            return true;
        }

        return Take("null"u8);
    }

    /// <summary>
    /// Steps over a string that holds digits of base64, or so it is supposed: it ends at the next quotation mark. Only when the
    /// digits have been decoded, all of them, is it known that there was no escape.
    /// </summary>
    public bool TryDigits(out TextRange digits)
    {
        digits = default;
        int length = IsText ? _message[(_at + 1)..].IndexOf((byte)'"') : -1;
        if (length < 0)
        {
            return false;
        }

        digits = new TextRange(_at + 1, length);
        _at += length + 2;
        return true;
    }

    /// <summary>Steps over a string of plain ASCII, which needs no second look; stays where it is at any other.</summary>
    public bool TryPlain(out TextRange text)
    {
        text = default;
        if (!IsText)
        {
            return false;
        }

        int start = _at + 1;
        int end = PlainEnd(start);
        text = new TextRange(start, end - start);
        if ((uint)end >= (uint)_message.Length || _message[end] != (byte)'"')
        {
            return false;
        }

        _at = end + 1;
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly bool Peek(byte next) => (uint)_at < (uint)_message.Length && _message[_at] == next;

    /// <summary>Where the first quotation mark, back-slash, control character or byte beyond ASCII is; the message's end without one.</summary>
    private readonly int PlainEnd(int at)
    {
        ref byte first = ref MemoryMarshal.GetReference(_message);
        while (at <= _message.Length - Vector128<byte>.Count)
        {
            var bytes = Vector128.LoadUnsafe(ref first, (nuint)at);

            // As signed numbers, bytes beyond ASCII are below the blank, as control characters are.
            var special = Vector128.Equals(bytes, Vector128.Create((byte)'"'))
                | Vector128.Equals(bytes, Vector128.Create((byte)'\\'))
                | Vector128.LessThan(bytes.AsSByte(), Vector128.Create((sbyte)' ')).AsByte();
            uint found = special.ExtractMostSignificantBits();
            if (found != 0)
            {
                return at + int.TrailingZeroCount((int)found);
            }

            at += Vector128<byte>.Count;
        }

        while (at < _message.Length && _message[at] is >= (byte)' ' and < 0x80 and not ((byte)'"' or (byte)'\\'))
        {
            at++;
        }

        return at;
    }

    /// <summary>Reads on where <see cref="TryPlain"/> stopped: over escapes that are well formed and over valid UTF-8.</summary>
    private bool TryUnusual(ref TextRange text)
    {
        if (!IsText)
        {
            return false;
        }

        int start = text.Start;
        int at = start + text.Length;
        bool escaped = false;
        while ((uint)at < (uint)_message.Length && _message[at] != (byte)'"')
        {
            byte special = _message[at];
            if (special == (byte)'\\')
            {
                escaped = true;
                int length = EscapeLength(_message[at..]);
                if (length == 0)
                {
                    return false;
                }

                at += length;
            }
            else if (special < (byte)' ')
            {
                return false;
            }
            else
            {
                at++;
            }

            at = PlainEnd(at);
        }

        if (at >= _message.Length || !Utf8.IsValid(_message[start..at]))
        {
            return false;
        }

        _at = at + 1;
        text = escaped ? store.UnescapeCopy(_message[start..at]) : new TextRange(start, at - start);
        return true;
    }

    /// <summary>Bytes of the escape at the start of the text; 0 if it is none.</summary>
    private static int EscapeLength(ReadOnlySpan<byte> text)
    {
        if (text.Length < 2)
        {
            return 0;
        }

        if (text[1] != (byte)'u')
        {
            return "\"\\/bfnrt"u8.Contains(text[1]) ? 2 : 0;
        }

        return text.Length >= 6 && char.IsAsciiHexDigit((char)text[2]) && char.IsAsciiHexDigit((char)text[3])
            && char.IsAsciiHexDigit((char)text[4]) && char.IsAsciiHexDigit((char)text[5]) ? 6 : 0;
    }
}
