using System.Buffers;

namespace Paddlewheel.Engine.Wire;

/// <summary>Percent-encoding by the rules of Go's net/url, which wrote the callback and whose String() we must reproduce.</summary>
internal static class GoUrl
{
    /// <summary>What Go leaves alone when it encodes a path.</summary>
    public static readonly SearchValues<byte> PathKept = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.~$&+,/:;=@"u8);

    /// <summary>What a path that arrived encoded may hold to be kept as it is.</summary>
    public static readonly SearchValues<byte> PathValid = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.~$&+,/:;=@!'()*[]%"u8);

    public static readonly SearchValues<byte> FragmentKept = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.~$&+,/:;=?@!()*"u8);

    public static readonly SearchValues<byte> FragmentValid = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.~$&+,/:;=?@!'()*[]%"u8);

    public static readonly SearchValues<byte> HostKept = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.~!$&'()*+,;=:[]"u8);

    /// <summary>Appends <paramref name="text"/> with every byte outside <paramref name="kept"/> as <c>%XX</c>.</summary>
    public static void AppendEscaped(TextStore store, ReadOnlySpan<byte> text, SearchValues<byte> kept)
    {
        while (!text.IsEmpty)
        {
            int run = text.IndexOfAnyExcept(kept);
            if (run < 0)
            {
                store.Append(text);
                return;
            }

            store.Append(text[..run]);
            store.Append((byte)'%');
            store.Append(Hex(text[run] >> 4));
            store.Append(Hex(text[run] & 15));
            text = text[(run + 1)..];
        }
    }

    /// <summary>Go's EscapedPath: the raw form when it is a valid encoding of the decoded one, else the decoded one encoded.</summary>
    public static void AppendFaithful(
        TextStore store, TextRange decoded, TextRange raw, SearchValues<byte> kept, SearchValues<byte> valid)
    {
        if (!raw.IsEmpty && !store[raw].ContainsAnyExcept(valid) && IsEncodingOf(store[raw], store[decoded]))
        {
            store.Append(store[raw]);
        }
        else
        {
            AppendEscaped(store, store[decoded], kept);
        }
    }

    /// <summary>Appends <paramref name="encoded"/> decoded. False when a <c>%</c> is not followed by two hex digits.</summary>
    public static bool TryAppendDecoded(TextStore store, ReadOnlySpan<byte> encoded)
    {
        while (!encoded.IsEmpty)
        {
            int run = encoded.IndexOf((byte)'%');
            if (run < 0)
            {
                store.Append(encoded);
                return true;
            }

            if (!TryTriplet(encoded[run..], out byte value))
            {
                return false;
            }

            store.Append(encoded[..run]);
            store.Append(value);
            encoded = encoded[(run + 3)..];
        }

        return true;
    }

    /// <summary>Reads the <c>%XX</c> at the start of <paramref name="text"/>.</summary>
    public static bool TryTriplet(ReadOnlySpan<byte> text, out byte value)
    {
        value = 0;
        if (text.Length < 3 || text[0] != (byte)'%' || !char.IsAsciiHexDigit((char)text[1]) || !char.IsAsciiHexDigit((char)text[2]))
        {
            return false;
        }

        value = (byte)((Digit(text[1]) << 4) | Digit(text[2]));
        return true;
    }

    /// <summary>The upper-case hex digit of 0-15.</summary>
    public static byte Hex(int nibble) => "0123456789ABCDEF"u8[nibble];

    private static int Digit(byte hex) => hex <= (byte)'9' ? hex - '0' : (hex | 0x20) - 'a' + 10;

    private static bool IsEncodingOf(ReadOnlySpan<byte> raw, ReadOnlySpan<byte> decoded)
    {
        int at = 0;
        while (!raw.IsEmpty)
        {
            byte value = raw[0];
            int used = 1;
            if (value == (byte)'%')
            {
                if (!TryTriplet(raw, out value))
                {
                    return false;
                }

                used = 3;
            }

            if (at >= decoded.Length || decoded[at++] != value)
            {
                return false;
            }

            raw = raw[used..];
        }

        return at == decoded.Length;
    }
}
