using System.Text;
using Paddlewheel.Engine.Wire;

namespace Paddlewheel.Engine.Invoke;

/// <summary>
/// Writes header values to the wire straight from the message's bytes. .NET's header collection wants strings; it is given a
/// one-character token per value instead, always the same, and asks this encoding to turn it into bytes. So a header list
/// that did not change is not touched at all, and a value is never a string (ADR 5).
/// </summary>
/// <remarks>Owned by one slot; the connection asks it while that slot's request is being sent, and at no other time.</remarks>
internal sealed class HeaderValues : Encoding
{
    // The private use area of Unicode: no value of ours has such a character as a whole, since values never come as strings.
    private const char FirstToken = '\uE000';
    private static readonly string[] Tokens = [.. Enumerable.Range(0, 512).Select(row => ((char)(FirstToken + row)).ToString())];

    // What UTF-8 may make of one character: the least that has to be promised.
    private static readonly int MostOfOne = UTF8.GetMaxByteCount(1);

    private int[] _rows = new int[16];
    private Envelope? _envelope;
    private int _count;
    private int _longest = MostOfOne;

    /// <summary>Values of the request being built.</summary>
    public int Count => _count;

    /// <summary>Starts a new request over this message's header rows.</summary>
    public void Begin(Envelope envelope)
    {
        _envelope = envelope;
        _count = 0;
        _longest = MostOfOne;
    }

    /// <summary>Takes the same rows of another message.</summary>
    public void Resume(Envelope envelope, int longest)
    {
        _envelope = envelope;
        _longest = Math.Max(longest, MostOfOne);
    }

    /// <summary>Appends a row of the message; its place is its token.</summary>
    public void Add(int row)
    {
        _longest = Math.Max(_longest, _envelope!.HeaderValue(row).Length);
        if (_count == _rows.Length)
        {
            Array.Resize(ref _rows, _count * 2);
        }

        _rows[_count++] = row;
    }

    /// <summary>Forgets the message: its buffer belongs to another one soon.</summary>
    public void End() => _envelope = null;

    /// <summary>What stands in the header collection for the n-th value.</summary>
    public static string Token(int place) => place < Tokens.Length ? Tokens[place] : ((char)(FirstToken + place)).ToString();

    public override int GetMaxByteCount(int charCount) => charCount <= 1 ? _longest : Math.Max(_longest, UTF8.GetMaxByteCount(charCount));

    public override int GetByteCount(ReadOnlySpan<char> chars) => TryValue(chars, out ReadOnlySpan<byte> value) ? value.Length : UTF8.GetByteCount(chars);

    public override int GetByteCount(string s) => GetByteCount(s.AsSpan());

    public override int GetByteCount(char[] chars, int index, int count) => GetByteCount(chars.AsSpan(index, count));

    public override int GetBytes(ReadOnlySpan<char> chars, Span<byte> bytes)
    {
        if (!TryValue(chars, out ReadOnlySpan<byte> value))
        {
            return UTF8.GetBytes(chars, bytes);
        }

        value.CopyTo(bytes);
        return value.Length;
    }

    public override int GetBytes(string s, int charIndex, int charCount, byte[] bytes, int byteIndex) =>
        GetBytes(s.AsSpan(charIndex, charCount), bytes.AsSpan(byteIndex));

    public override int GetBytes(char[] chars, int charIndex, int charCount, byte[] bytes, int byteIndex) =>
        GetBytes(chars.AsSpan(charIndex, charCount), bytes.AsSpan(byteIndex));

    public override int GetMaxCharCount(int byteCount) => UTF8.GetMaxCharCount(byteCount);

    public override int GetCharCount(byte[] bytes, int index, int count) => UTF8.GetCharCount(bytes, index, count);

    public override int GetChars(byte[] bytes, int byteIndex, int byteCount, char[] chars, int charIndex) =>
        UTF8.GetChars(bytes, byteIndex, byteCount, chars, charIndex);

    private bool TryValue(ReadOnlySpan<char> chars, out ReadOnlySpan<byte> value)
    {
        int place = chars.Length == 1 ? chars[0] - FirstToken : -1;
        if ((uint)place >= (uint)_count)
        {
            value = default;
            return false;
        }

        // After End there is nothing to write: an empty value, never another message's.
        value = _envelope is { } envelope ? envelope.HeaderValue(_rows[place]) : default;
        return true;
    }
}
