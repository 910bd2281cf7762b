using System.Text;

namespace Paddlewheel.Perf.Reference;

/// <summary>
/// The call id's way from the message to the header without a string: the header holds a token, and this encoding writes the
/// bytes that were found in the message instead of it. The load site books calls by this header.
/// </summary>
internal sealed class CallIdBytes : Encoding
{
    public const string Token = "\uE000";

    private ReadOnlyMemory<byte> _id;

    /// <summary>Finds <c>"X-Call-Id":["..."]</c> by its bytes.</summary>
    public void FindIn(ReadOnlyMemory<byte> message)
    {
        ReadOnlySpan<byte> label = "\"X-Call-Id\":[\""u8;
        int at = message.Span.IndexOf(label);
        ReadOnlyMemory<byte> rest = at < 0 ? default : message[(at + label.Length)..];
        _id = at < 0 ? default : rest[..rest.Span.IndexOf((byte)'"')];
    }

    public override int GetMaxByteCount(int charCount) => Math.Max(_id.Length, Latin1.GetMaxByteCount(charCount));

    public override int GetMaxCharCount(int byteCount) => byteCount;

    public override int GetByteCount(ReadOnlySpan<char> chars) => chars is Token ? _id.Length : Latin1.GetByteCount(chars);

    public override int GetByteCount(string s) => GetByteCount(s.AsSpan());

    public override int GetByteCount(char[] chars, int index, int count) => GetByteCount(chars.AsSpan(index, count));

    public override int GetBytes(ReadOnlySpan<char> chars, Span<byte> bytes)
    {
        if (chars is not Token)
        {
            return Latin1.GetBytes(chars, bytes);
        }

        _id.Span.CopyTo(bytes);
        return _id.Length;
    }

    public override int GetBytes(string s, int charIndex, int charCount, byte[] bytes, int byteIndex) =>
        GetBytes(s.AsSpan(charIndex, charCount), bytes.AsSpan(byteIndex));

    public override int GetBytes(char[] chars, int charIndex, int charCount, byte[] bytes, int byteIndex) =>
        GetBytes(chars.AsSpan(charIndex, charCount), bytes.AsSpan(byteIndex));

    public override int GetCharCount(byte[] bytes, int index, int count) => Latin1.GetCharCount(bytes, index, count);

    public override int GetChars(byte[] bytes, int byteIndex, int byteCount, char[] chars, int charIndex) =>
        Latin1.GetChars(bytes, byteIndex, byteCount, chars, charIndex);
}
