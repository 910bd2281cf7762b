using System.Text;

namespace Paddlewheel.Engine.Wire;

/// <summary>
/// The callback as the wire carries it: the public fields of Go's url.URL (contract 2.1). Its User never survives the
/// wire, so an empty one is dropped rather than written as <c>http://@host</c>.
/// </summary>
internal struct CallbackUrl
{
    public TextRange Scheme;
    public TextRange Opaque;
    public TextRange Host;
    public TextRange Path;
    public TextRange RawPath;
    public TextRange RawQuery;
    public TextRange Fragment;
    public TextRange RawFragment;
    public bool ForceQuery;

    /// <summary>Go's zero URL, which prints as nothing: no callback was asked for.</summary>
    public readonly bool IsEmpty =>
        Scheme.IsEmpty && Opaque.IsEmpty && Host.IsEmpty && Path.IsEmpty && RawQuery.IsEmpty && Fragment.IsEmpty && !ForceQuery;

    /// <summary>Takes an absolute URL apart as Go's Parse does. False when Go, or the rule for callbacks, would refuse it.</summary>
    public static bool TrySplit(TextStore store, TextRange text, out CallbackUrl url)
    {
        url = default;
        int colon = store[text].IndexOf("://"u8);
        if (colon < 0)
        {
            return false;
        }

        url.Scheme = text.Slice(0, colon);
        var rest = text.From(colon + 3);
        int hash = store[rest].IndexOf((byte)'#');
        if (hash >= 0)
        {
            url.RawFragment = rest.From(hash + 1);
            rest = rest.Slice(0, hash);
        }

        int question = store[rest].IndexOf((byte)'?');
        if (question >= 0)
        {
            url.RawQuery = rest.From(question + 1);
            url.ForceQuery = url.RawQuery.IsEmpty;
            rest = rest.Slice(0, question);
        }

        int slash = store[rest].IndexOf((byte)'/');
        if (slash >= 0)
        {
            url.RawPath = rest.From(slash);
            rest = rest.Slice(0, slash);
        }

        url.Host = rest.From(store[rest].LastIndexOf((byte)'@') + 1);
        return !store[url.Host].Contains((byte)'%')
            && TryDecode(store, url.RawPath, out url.Path)
            && TryDecode(store, url.RawFragment, out url.Fragment)
            && url.IsAllowed(store);
    }

    /// <summary>Writes the URL as Go's String() would. False when it is not http or https, or names no usable host.</summary>
    public readonly bool TryWrite(TextStore store, out TextRange text)
    {
        text = default;
        if (!IsAllowed(store))
        {
            return false;
        }

        int mark = store.Mark;
        store.Append(store[Scheme].Length == 4 ? "http://"u8 : "https://"u8);
        GoUrl.AppendEscaped(store, store[Host], GoUrl.HostKept);
        if (!Path.IsEmpty && store[Path][0] != (byte)'/')
        {
            store.Append((byte)'/');
        }

        GoUrl.AppendFaithful(store, Path, RawPath, GoUrl.PathKept, GoUrl.PathValid);
        if (ForceQuery || !RawQuery.IsEmpty)
        {
            store.Append((byte)'?');
            AppendQuery(store, store[RawQuery]);
        }

        if (!Fragment.IsEmpty)
        {
            store.Append((byte)'#');
            GoUrl.AppendFaithful(store, Fragment, RawFragment, GoUrl.FragmentKept, GoUrl.FragmentValid);
        }

        text = store.Since(mark);
        return true;
    }

    private readonly bool IsAllowed(TextStore store) =>
        Opaque.IsEmpty
        && (Ascii.EqualsIgnoreCase(store[Scheme], "http"u8) || Ascii.EqualsIgnoreCase(store[Scheme], "https"u8))
        && IsHost(store[Host])
        && !HasControl(store[RawQuery]);

    /// <summary>A name or bracketed address, and a port if any. Bytes past ASCII are left to the resolver, encoded.</summary>
    private static bool IsHost(ReadOnlySpan<byte> host)
    {
        foreach (byte b in host)
        {
            if (b < 0x80 && b != (byte)'%' && !GoUrl.HostKept.Contains(b))
            {
                return false;
            }
        }

        int nameEnd = host.LastIndexOf((byte)':');
        if (!host.IsEmpty && host[0] == (byte)'[')
        {
            int close = host.IndexOf((byte)']');
            return close > 1 && (close + 1 == host.Length || (host[close + 1] == (byte)':' && IsPort(host[(close + 2)..])));
        }

        nameEnd = nameEnd < 0 ? host.Length : nameEnd;
        return nameEnd > 0
            && !host[..nameEnd].ContainsAny("[]:"u8)
            && (nameEnd == host.Length || IsPort(host[(nameEnd + 1)..]));
    }

    private static bool IsPort(ReadOnlySpan<byte> port)
    {
        int value = 0;
        foreach (byte b in port)
        {
            value = char.IsAsciiDigit((char)b) && value <= ushort.MaxValue ? (value * 10) + b - '0' : int.MaxValue;
        }

        return value <= ushort.MaxValue;
    }

    private static bool HasControl(ReadOnlySpan<byte> text) =>
        text.Contains((byte)0x7F) || text.IndexOfAnyInRange((byte)0x00, (byte)0x1F) >= 0;

    /// <summary>Go keeps a query as it is; a blank must still be encoded to fit a request line.</summary>
    private static void AppendQuery(TextStore store, ReadOnlySpan<byte> query)
    {
        while (query.IndexOf((byte)' ') is >= 0 and var blank)
        {
            store.Append(query[..blank]);
            store.Append("%20"u8);
            query = query[(blank + 1)..];
        }

        store.Append(query);
    }

    private static bool TryDecode(TextStore store, TextRange raw, out TextRange decoded)
    {
        int mark = store.Mark;
        bool done = GoUrl.TryAppendDecoded(store, store[raw]);
        decoded = store.Since(mark);
        // A raw control character is refused by Go's Parse; an encoded one is not.
        return done && !HasControl(store[raw]);
    }
}
