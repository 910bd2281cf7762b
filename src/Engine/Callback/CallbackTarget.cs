using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace Paddlewheel.Engine.Callback;

/// <summary>
/// A callback's URL as it is put on the wire: path and query as the caller wrote them, because a signature in the query may cover
/// every character. .NET would decode <c>%41</c> and resolve dot segments; Go, which the receivers know, does neither.
/// </summary>
internal static class CallbackTarget
{
    private static readonly UriCreationOptions AsItIs = new() { DangerousDisablePathAndQueryCanonicalization = true };

    /// <summary>False when it names no host, or holds a backslash where some readers see a slash.</summary>
    public static bool TryRead(string url, [NotNullWhen(true)] out Uri? target)
    {
        target = null;
        int hash = url.IndexOf('#', StringComparison.Ordinal);
        url = hash < 0 ? url : url[..hash];
        int authority = url.IndexOf("://", StringComparison.Ordinal) + 3;
        int question = url.IndexOf('?', StringComparison.Ordinal);
        if (authority < 3 || url.AsSpan(0, question < 0 ? url.Length : question).Contains('\\'))
        {
            return false;
        }

        int rest = url.AsSpan(authority).IndexOfAny('/', '?');
        rest = rest < 0 ? url.Length : authority + rest;
        StringBuilder text = new(url, 0, rest, url.Length + 16);
        if (rest == url.Length || url[rest] != '/')
        {
            text.Append('/');
        }

        AppendVisible(text, url.AsSpan(rest));
        return Uri.TryCreate(text.ToString(), AsItIs, out target);
    }

    // A request line is made of visible ASCII; what is not, is encoded as browsers do.
    private static void AppendVisible(StringBuilder text, ReadOnlySpan<char> rest)
    {
        Span<byte> utf8 = stackalloc byte[4];
        foreach (Rune rune in rest.EnumerateRunes())
        {
            if (rune.Value is > 0x20 and < 0x7F)
            {
                text.Append((char)rune.Value);
                continue;
            }

            foreach (byte one in utf8[..rune.EncodeToUtf8(utf8)])
            {
                text.Append(CultureInfo.InvariantCulture, $"%{one:X2}");
            }
        }
    }
}
