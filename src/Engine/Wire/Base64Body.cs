using System.Buffers;
using System.Buffers.Text;
using System.Runtime.CompilerServices;

namespace Paddlewheel.Engine.Wire;

/// <summary>
/// The body's base64 decoded where it lies, as Go's StdEncoding does: standard alphabet, padding required, CR and LF
/// skipped, any other white space refused.
/// </summary>
internal static class Base64Body
{
    // A multiple of four. Decoding goes through the stack: the vectorised decoder does not promise to work in place, and a
    // few kilobytes copied inside the first-level cache cost less than the scalar in-place decoder.
    private const int Chunk = 4096;

    private static ReadOnlySpan<byte> Alphabet => "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"u8;

    /// <summary>Decodes <paramref name="text"/> over itself. False leaves it in an undefined state.</summary>
    public static bool TryDecodeInPlace(Span<byte> text, out int length)
    {
        length = 0;
        int read = 0;
        ClearUnusedBits(text);
        if (TryDecode(text, ref read, ref length))
        {
            return true;
        }

        // What was read up to here had no line breaks in it, and its place may be taken by bytes already.
        int kept = read + WithoutLineBreaks(text[read..]);
        if (kept == text.Length)
        {
            return false;
        }

        text = text[..kept];
        ClearUnusedBits(text);
        return TryDecode(text, ref read, ref length);
    }

    /// <summary>Decodes what is strictly base64, and nothing but its digits, over itself. False leaves the text as it was.</summary>
    public static bool TryDecodeOrLeave(Span<byte> text, out int length)
    {
        length = 0;
        int read = 0;
        if (TryDecode(text, ref read, ref length))
        {
            return true;
        }

        // Whole groups of three bytes: their digits were these and no others.
        Base64.EncodeToUtf8InPlace(text, length, out _);
        return false;
    }

    /// <summary>
    /// Decodes on from <paramref name="read"/>; false at the first piece that is not all digits. The framework's decoder skips
    /// white space, Go's only line breaks: as many bytes as all the digits make tell that there was none.
    /// </summary>
    [SkipLocalsInit]
    private static bool TryDecode(Span<byte> text, ref int read, ref int length)
    {
        if (text.Length % 4 != 0)
        {
            return false;
        }

        Span<byte> decoded = stackalloc byte[Chunk / 4 * 3];
        while (read < text.Length)
        {
            int take = Math.Min(Chunk, text.Length - read);
            bool last = read + take == text.Length;
            int whole = (take / 4 * 3) - (last ? Padding(text) : 0);
            var status = Base64.DecodeFromUtf8(text.Slice(read, take), decoded, out int consumed, out int written, last);
            if (status != OperationStatus.Done || consumed != take || written != whole)
            {
                return false;
            }

            decoded[..written].CopyTo(text[length..]);
            read += take;
            length += written;
        }

        return true;
    }

    private static int Padding(ReadOnlySpan<byte> text) => text[^1] != (byte)'=' ? 0 : text[^2] != (byte)'=' ? 1 : 2;

    /// <summary>Go does not look at the bits of the last digit that belong to no byte; the framework's decoder insists on zeros.</summary>
    private static void ClearUnusedBits(Span<byte> text)
    {
        if (text.Length < 4 || text[^1] != (byte)'=')
        {
            return;
        }

        bool one = text[^2] == (byte)'=';
        ref byte digit = ref text[one ? ^3 : ^2];
        int value = Alphabet.IndexOf(digit);
        if (value >= 0)
        {
            digit = Alphabet[value & (one ? 0b110000 : 0b111100)];
        }
    }

    private static int WithoutLineBreaks(Span<byte> text)
    {
        int kept = 0;
        foreach (byte b in text)
        {
            if (b is not ((byte)'\r' or (byte)'\n'))
            {
                text[kept++] = b;
            }
        }

        return kept;
    }
}
