using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace Paddlewheel.Engine.Wire;

/// <summary>Writes JSON byte for byte as Go's encoding/json does, with its HTML-safe escapes.</summary>
internal readonly struct JsonOutput(IBufferWriter<byte> output)
{
    private const int BodyChunk = 3 * 1024;

    // Go escapes the first three for HTML, E2 starts U+2028 and U+2029, which it escapes for JavaScript.
    private static readonly SearchValues<byte> Special = SearchValues.Create(
        [.. Enumerable.Range(0, 0x20).Select(b => (byte)b), .. "<>&\"\\"u8, 0xE2]);

    public void Raw(ReadOnlySpan<byte> json) => output.Write(json);

    public void Text(string text) => Text(Encoding.UTF8.GetBytes(text));

    public void Text(ReadOnlySpan<byte> text)
    {
        output.Write("\""u8);
        while (text.IndexOfAny(Special) is >= 0 and var run)
        {
            output.Write(text[..run]);
            text = text[(run + Escape(text[run..]))..];
        }

        output.Write(text);
        output.Write("\""u8);
    }

    public void Flag(bool value) => output.Write(value ? "true"u8 : "false"u8);

    /// <summary>Padded standard base64, in pieces: a large body needs no large buffer here.</summary>
    public void Base64Text(ReadOnlySequence<byte> bytes)
    {
        Span<byte> piece = stackalloc byte[BodyChunk];
        output.Write("\""u8);
        while (!bytes.IsEmpty)
        {
            int take = (int)Math.Min(BodyChunk, bytes.Length);
            bytes.Slice(0, take).CopyTo(piece);
            var target = output.GetSpan(Base64.GetMaxEncodedToUtf8Length(take));
            Base64.EncodeToUtf8(piece[..take], target, out _, out int written);
            output.Advance(written);
            bytes = bytes.Slice(take);
        }

        output.Write("\""u8);
    }

    /// <summary>Writes the escape for the start of <paramref name="text"/>; returns the bytes it stands for.</summary>
    private int Escape(ReadOnlySpan<byte> text)
    {
        switch (text[0])
        {
            case (byte)'"': output.Write("\\\""u8); return 1;
            case (byte)'\\': output.Write("\\\\"u8); return 1;
            case 0x08: output.Write("\\b"u8); return 1;
            case 0x09: output.Write("\\t"u8); return 1;
            case 0x0A: output.Write("\\n"u8); return 1;
            case 0x0C: output.Write("\\f"u8); return 1;
            case 0x0D: output.Write("\\r"u8); return 1;
            case 0xE2:
                if (text.StartsWith("\u2028"u8) || text.StartsWith("\u2029"u8))
                {
                    output.Write(text[2] == 0xA8 ? "\\u2028"u8 : "\\u2029"u8);
                    return 3;
                }

                output.Write(text[..1]);
                return 1;
            default:
                output.Write([(byte)'\\', (byte)'u', (byte)'0', (byte)'0', Hex(text[0] >> 4), Hex(text[0] & 15)]);
                return 1;
        }
    }

    private static byte Hex(int nibble) => "0123456789abcdef"u8[nibble];
}
