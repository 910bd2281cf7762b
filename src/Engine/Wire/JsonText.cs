using System.Buffers;
using System.Globalization;
using System.Text;

namespace Paddlewheel.Engine.Wire;

/// <summary>JSON string contents to plain UTF-8, with the tolerance of Go's decoder: nothing here fails.</summary>
internal static class JsonText
{
    /// <summary>
    /// Unescapes the inside of a JSON string whose escapes are known to be well formed. Returns the new length, never more.
    /// A lone surrogate becomes U+FFFD.
    /// </summary>
    public static int UnescapeInPlace(Span<byte> text)
    {
        int read = text.IndexOf((byte)'\\');
        if (read < 0)
        {
            return text.Length;
        }

        int write = read;
        while (read < text.Length)
        {
            int run = text[read..].IndexOf((byte)'\\');
            run = run < 0 ? text.Length - read : run;
            text.Slice(read, run).CopyTo(text[write..]);
            read += run;
            write += run;
            if (read + 1 >= text.Length)
            {
                break;
            }

            byte kind = text[read + 1];
            if (kind == (byte)'u')
            {
                read += ReadRune(text[read..], out var rune);
                write += rune.EncodeToUtf8(text[write..]);
            }
            else
            {
                text[write++] = Plain(kind);
                read += 2;
            }
        }

        return write;
    }

    /// <summary>Copies <paramref name="raw"/>, each byte that is not part of valid UTF-8 replaced by U+FFFD, one for one as Go does.</summary>
    public static int Repair(ReadOnlySpan<byte> raw, Span<byte> destination)
    {
        int write = 0;
        while (!raw.IsEmpty)
        {
            bool valid = Rune.DecodeFromUtf8(raw, out var rune, out int consumed) == OperationStatus.Done;
            write += rune.EncodeToUtf8(destination[write..]);
            raw = raw[(valid ? consumed : 1)..];
        }

        return write;
    }

    private static byte Plain(byte kind) => kind switch
    {
        (byte)'b' => 0x08,
        (byte)'f' => 0x0C,
        (byte)'n' => 0x0A,
        (byte)'r' => 0x0D,
        (byte)'t' => 0x09,
        _ => kind,
    };

    /// <summary>Reads <c>\uXXXX</c>, or two of them when they are a surrogate pair. Returns the bytes consumed.</summary>
    private static int ReadRune(ReadOnlySpan<byte> text, out Rune rune)
    {
        char first = ReadUnit(text);
        if (Rune.TryCreate(first, out rune))
        {
            return 6;
        }

        if (text.Length >= 12 && text[6] == (byte)'\\' && text[7] == (byte)'u'
            && Rune.TryCreate(first, ReadUnit(text[6..]), out rune))
        {
            return 12;
        }

        rune = Rune.ReplacementChar;
        return 6;
    }

    private static char ReadUnit(ReadOnlySpan<byte> text) =>
        text.Length >= 6 && ushort.TryParse(text.Slice(2, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ushort unit)
            ? (char)unit
            : '\uFFFD';
}
