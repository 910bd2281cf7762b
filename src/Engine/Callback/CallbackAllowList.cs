namespace Paddlewheel.Engine.Callback;

/// <summary>
/// Where callbacks may go, as <c>allowed_callback_urls</c> says: scheme, host and port exactly, and a path prefix that ends between
/// two segments. No entry allows everything. It looks at the URL as it will be sent, so
/// that both mean the same place.
/// </summary>
internal sealed class CallbackAllowList
{
    private readonly Uri[] _entries;

    private CallbackAllowList(Uri[] entries) => _entries = entries;

    /// <summary>Allows every URL.</summary>
    public static CallbackAllowList Everything { get; } = new([]);

    /// <summary>Reads entries that <see cref="ProblemOf"/> found nothing wrong with.</summary>
    public static CallbackAllowList From(IReadOnlyList<string> entries) => new([.. entries.Select(static entry => new Uri(entry, UriKind.Absolute))]);

    /// <summary>Why an entry cannot be used; null when it can.</summary>
    public static string? ProblemOf(string entry)
    {
        if (!Uri.TryCreate(entry, UriKind.Absolute, out Uri? url) || !IsHttp(url) || url.HostNameType == UriHostNameType.Basic || url.Host.Length == 0 || url.Port <= 0 || url.Host.Contains('*', StringComparison.Ordinal))
        {
            return "each entry must be an absolute http or https URL of one host, without wildcards";
        }

        return url.UserInfo.Length > 0 ? "an entry must not carry a user name or password"
            : entry.AsSpan().ContainsAny('?', '#') ? "an entry must not carry a query or a fragment"
            : Climbs(url.AbsolutePath) || !PathAsWritten(entry, url) ? "the path of an entry must not hold '.' or '..' segments or backslashes"
            : null;
    }

    /// <summary>May a callback go to <paramref name="text"/>, as it stands in the message?</summary>
    public bool Allows(string text)
    {
        if (_entries.Length == 0)
        {
            return true;
        }

        if (!CallbackTarget.TryRead(text, out Uri? url))
        {
            return false;
        }

        foreach (Uri entry in _entries)
        {
            if (entry.Scheme == url.Scheme && entry.Port == url.Port && string.Equals(entry.IdnHost, url.IdnHost, StringComparison.OrdinalIgnoreCase) && IsUnder(entry.AbsolutePath, url.AbsolutePath))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsUnder(string prefix, string path)
    {
        prefix = prefix.TrimEnd('/');
        return prefix.Length == 0
            || (path.StartsWith(prefix, StringComparison.Ordinal) && (path.Length == prefix.Length || path[prefix.Length] == '/') && !Climbs(path));
    }

    // Dot segments are sent as they stand, and a receiver may decode once more than we did before it climbs.
    private static bool Climbs(string path)
    {
        string decoded = Uri.UnescapeDataString(path).Replace('\\', '/');
        foreach (Range segment in decoded.AsSpan().Split('/'))
        {
            if (decoded.AsSpan(segment) is "." or "..")
            {
                return true;
            }
        }

        return false;
    }

    // Nobody writes one path and means another: what the parser had to resolve is a slip.
    private static bool PathAsWritten(string entry, Uri url)
    {
        int slash = entry.IndexOf('/', entry.IndexOf("://", StringComparison.Ordinal) is >= 0 and int at ? at + 3 : 0);
        return !entry.Contains('\\', StringComparison.Ordinal) && (slash < 0 ? url.AbsolutePath == "/" : !Climbs(entry[slash..]));
    }

    private static bool IsHttp(Uri url) => url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps;
}
