using System.Buffers;
using System.Text;
using Paddlewheel.Engine.Wire;

namespace Paddlewheel.Engine.Invoke;

/// <summary>What becomes of a queued header when the function is invoked.</summary>
internal enum HeaderFate
{
    /// <summary>Send it as it is.</summary>
    Forward,

    /// <summary>Drop: it speaks about the connection it came over (RFC 9110 7.6.1).</summary>
    HopByHop,

    /// <summary>Drop: it would not survive, or would forge, an HTTP message.</summary>
    Invalid,

    /// <summary>Drop: the worker writes its own.</summary>
    Replaced,

    /// <summary>Send <see cref="HeaderRules.AnyAccept"/> instead: nobody can read a stream asynchronously.</summary>
    ReplaceAccept,
}

/// <summary>
/// Which queued headers a function sees. Queued headers are hostile input: the client library sends a line break inside a
/// value as it is.
/// </summary>
internal static class HeaderRules
{
    // A tab is white space inside a value.
    private static readonly SearchValues<byte> Control =
        SearchValues.Create([.. Enumerable.Range(0, 0x20).Append(0x7F).Where(b => b != 0x09).Select(b => (byte)b)]);

    /// <summary>Replaces an Accept that asks for a stream; on a stream, a failing hop answers 200 with no body (contract 3).</summary>
    public static ReadOnlySpan<byte> AnyAccept => "*/*"u8;

    public static HeaderFate Judge(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value) => WithValue(OfName(name), value);

    /// <summary>What the name alone says; <see cref="HeaderFate.ReplaceAccept"/> is a question to the value.</summary>
    public static HeaderFate OfName(ReadOnlySpan<byte> name)
    {
        if (!HttpToken.IsValid(name))
        {
            return HeaderFate.Invalid;
        }

        if (IsHopByHop(name))
        {
            return HeaderFate.HopByHop;
        }

        if (Is(name, "Host"u8) || Is(name, "Content-Length"u8) || Is(name, "User-Agent"u8))
        {
            return HeaderFate.Replaced;
        }

        return Is(name, "Accept"u8) ? HeaderFate.ReplaceAccept : HeaderFate.Forward;
    }

    /// <summary>What becomes of a header whose name has been judged.</summary>
    public static HeaderFate WithValue(HeaderFate ofName, ReadOnlySpan<byte> value)
    {
        if (ofName == HeaderFate.Invalid || value.ContainsAny(Control))
        {
            return HeaderFate.Invalid;
        }

        return ofName == HeaderFate.ReplaceAccept && !AsksForStream(value) ? HeaderFate.Forward : ofName;
    }

    /// <summary>Whether a Connection header names this header, which makes it hop-by-hop too.</summary>
    public static bool IsListedIn(ReadOnlySpan<byte> connectionValue, ReadOnlySpan<byte> name)
    {
        foreach (var range in connectionValue.Split((byte)','))
        {
            if (Is(connectionValue[range].Trim(" \t"u8), name))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsHopByHop(ReadOnlySpan<byte> name) => name.Length switch
    {
        2 => Is(name, "TE"u8),
        6 => Is(name, "Expect"u8) || IsProxy(name),
        7 => Is(name, "Trailer"u8) || Is(name, "Upgrade"u8) || IsProxy(name),
        10 => Is(name, "Connection"u8) || Is(name, "Keep-Alive"u8) || IsProxy(name),
        14 => Is(name, "HTTP2-Settings"u8) || IsProxy(name),
        17 => Is(name, "Transfer-Encoding"u8) || IsProxy(name),
        _ => IsProxy(name),
    };

    private static bool IsProxy(ReadOnlySpan<byte> name) => name.Length >= 6 && Is(name[..6], "Proxy-"u8);

    private static bool AsksForStream(ReadOnlySpan<byte> value) =>
        Mentions(value, "text/event-stream"u8) || Mentions(value, "application/x-ndjson"u8);

    private static bool Mentions(ReadOnlySpan<byte> value, ReadOnlySpan<byte> mediaType)
    {
        while (value.IndexOfAny(mediaType[0], (byte)(mediaType[0] ^ 0x20)) is >= 0 and var at && at + mediaType.Length <= value.Length)
        {
            if (Is(value.Slice(at, mediaType.Length), mediaType))
            {
                return true;
            }

            value = value[(at + 1)..];
        }

        return false;
    }

    private static bool Is(ReadOnlySpan<byte> name, ReadOnlySpan<byte> expected) => Ascii.EqualsIgnoreCase(name, expected);
}
