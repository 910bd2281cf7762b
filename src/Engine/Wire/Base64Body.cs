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
    [SkipLocalsInit]
    public static bool TryDecodeInPlace(Span<byte> text, out int length)
    {
        length = 0;
        if (text.IndexOfAny((byte)'\r', (byte)'\n') >= 0)
        {
            text = text[..WithoutLineBreaks(text)];
        }

        // The framework's decoder would skip blanks; Go's does not.
        if (text.Length % 4 != 0 || text.IndexOfAny((byte)' ', (byte)'\t') >= 0)
        {
            return false;
        }

        ClearUnusedBits(text);
        Span<byte> decoded = stackalloc byte[Chunk / 4 * 3];
        for (int read = 0; read < text.Length; read += Chunk)
        {
            int take = Math.Min(Chunk, text.Length - read);
            bool last = read + take == text.Length;
            var status = Base64.DecodeFromUtf8(text.Slice(read, take), decoded, out int consumed, out int written, last);
            if (status != OperationStatus.Done || consumed != take)
            {
                return false;
            }

            decoded[..written].CopyTo(text[length..]);
            length += written;
        }

        return true;
    }

    /// <summary>Go does not look at the bits of the last digit that belong to no byte; the framework's decoder insists on zeros.</summary>
    private static void ClearUnusedBits(Span<byte> text)
    {
        if (!text.EndsWith("="u8))
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
