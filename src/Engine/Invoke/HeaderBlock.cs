using System.Text;
using Paddlewheel.Engine.Wire;

namespace Paddlewheel.Engine.Invoke;

/// <summary>
/// The header lines of one slot's request, written from the message's bytes. .NET's header collection wants a string for each
/// name and value; it is given one value instead, a token of one character, and asks this encoding for its bytes: the
/// worker's own agent, and then all lines that are passed on. So the collection never changes, a name or value is never a string,
/// and a name that comes twice stays two lines (ADR 5).
/// </summary>
/// <remarks>Owned by one slot; the connection asks it while that slot's request is being sent, and at no other time.</remarks>
internal sealed class HeaderBlock : Encoding
{
    /// <summary>What stands in the header collection: of Unicode's private use area, so that no text of ours is like it.</summary>
    public const string Token = "\uE000";

    // What UTF-8 may make of one character: the least that has to be promised.
    private static readonly int MostOfOne = UTF8.GetMaxByteCount(1);

    private readonly HeaderPlan _plan = new();
    private readonly int _agentLength;
    private byte[] _block;
    private int _length;

    /// <param name="userAgent">The value of the header under which the block is sent; ASCII.</param>
    public HeaderBlock(string userAgent)
    {
        _block = new byte[1024];
        _agentLength = ASCII.GetBytes(userAgent, _block);
        _length = _agentLength;
    }

    /// <summary>Writes the lines of the message's headers that a function is to see.</summary>
    public void Begin(Envelope envelope)
    {
        if (Write(envelope, connection: false))
        {
            Write(envelope, connection: true);
        }
    }

    /// <summary>Forgets the message: what is sent now has none of its lines.</summary>
    public void End() => _length = _agentLength;

    public override int GetMaxByteCount(int charCount) => Math.Max(_length, charCount <= 1 ? MostOfOne : UTF8.GetMaxByteCount(charCount));

    public override int GetByteCount(ReadOnlySpan<char> chars) => IsToken(chars) ? _length : UTF8.GetByteCount(chars);

    public override int GetByteCount(string s) => GetByteCount(s.AsSpan());

    public override int GetByteCount(char[] chars, int index, int count) => GetByteCount(chars.AsSpan(index, count));

    public override int GetBytes(ReadOnlySpan<char> chars, Span<byte> bytes)
    {
        if (!IsToken(chars))
        {
            return UTF8.GetBytes(chars, bytes);
        }

        _block.AsSpan(0, _length).CopyTo(bytes);
        return _length;
    }

    public override int GetBytes(string s, int charIndex, int charCount, byte[] bytes, int byteIndex) =>
        GetBytes(s.AsSpan(charIndex, charCount), bytes.AsSpan(byteIndex));

    public override int GetBytes(char[] chars, int charIndex, int charCount, byte[] bytes, int byteIndex) =>
        GetBytes(chars.AsSpan(charIndex, charCount), bytes.AsSpan(byteIndex));

    public override int GetMaxCharCount(int byteCount) => UTF8.GetMaxCharCount(byteCount);

    public override int GetCharCount(byte[] bytes, int index, int count) => UTF8.GetCharCount(bytes, index, count);

    public override int GetChars(byte[] bytes, int byteIndex, int byteCount, char[] chars, int charIndex) =>
        UTF8.GetChars(bytes, byteIndex, byteCount, chars, charIndex);

    private static bool IsToken(ReadOnlySpan<char> chars) => chars.Length == 1 && chars[0] == Token[0];

    /// <summary>Writes the block; true when the message has a Connection header that was not asked which names it takes out.</summary>
    private bool Write(Envelope envelope, bool connection)
    {
        _length = _agentLength;
        bool accepts = false;
        for (int row = 0; row < envelope.HeaderCount; row++)
        {
            ReadOnlySpan<byte> name = envelope.HeaderName(row);
            HeaderFate fate = _plan.OfName(row, name, out ReadOnlySpan<byte> line);
            if (fate is not (HeaderFate.Forward or HeaderFate.ReplaceAccept))
            {
                if (fate == HeaderFate.HopByHop && !connection && Ascii.EqualsIgnoreCase(name, "Connection"u8))
                {
                    return true;
                }

                continue;
            }

            ReadOnlySpan<byte> value = envelope.HeaderValue(row);
            switch (HeaderRules.WithValue(fate, value))
            {
                case HeaderFate.ReplaceAccept when !accepts:
                    accepts = true;
                    Append("\r\nAccept: "u8, HeaderRules.AnyAccept);
                    break;
                case HeaderFate.Forward when !connection || !IsNamedByConnection(envelope, name):
                    Append(line, value);
                    break;
                default:
                    break;
            }
        }

        return false;
    }

    // The header may come more than once; every value of it names headers that are not to be passed on (RFC 9110 7.6.1).
    private static bool IsNamedByConnection(Envelope envelope, ReadOnlySpan<byte> name)
    {
        for (int row = 0; row < envelope.HeaderCount; row++)
        {
            if (Ascii.EqualsIgnoreCase(envelope.HeaderName(row), "Connection"u8) && HeaderRules.IsListedIn(envelope.HeaderValue(row), name))
            {
                return true;
            }
        }

        return false;
    }

    private void Append(ReadOnlySpan<byte> line, ReadOnlySpan<byte> value)
    {
        int end = _length + line.Length + value.Length;
        if (end > _block.Length)
        {
            Array.Resize(ref _block, Math.Max(_block.Length * 2, end));
        }

        line.CopyTo(_block.AsSpan(_length));
        value.CopyTo(_block.AsSpan(_length + line.Length));
        _length = end;
    }
}
