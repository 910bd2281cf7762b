using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Paddlewheel.Engine.Deliveries;
using Paddlewheel.Engine.Judge;
using Paddlewheel.Engine.Wire;

namespace Paddlewheel.Engine.Callback;

/// <summary>
/// The request that carries a function's answer to its callback (contract 5): the function's own headers first, then ours over
/// them. Off the hot path, so it is written to be read.
/// </summary>
internal static class CallbackRequest
{
    /// <summary>Set when the answer was larger than allowed and is not carried.</summary>
    public const string TooLargeHeader = "X-Paddlewheel-Response-Too-Large";

    // Ours, hop-by-hop, and X-Callback-Url: a function that echoes its request's headers would make an async callback loop.
    private static readonly HashSet<string> NotCopied = new(StringComparer.OrdinalIgnoreCase)
    {
        "Connection", "Keep-Alive", "Proxy-Authenticate", "Proxy-Authorization", "Proxy-Connection", "TE", "Trailer", "Transfer-Encoding", "Upgrade", "HTTP2-Settings",
        "Content-Length", "Host", "Expect", "X-Callback-Url", "User-Agent",
        "X-Call-Id", "X-Duration-Seconds", "X-Function-Status", "X-Function-Name", "X-Retry", "X-Retry-Max", TooLargeHeader,
    };

    /// <summary>Builds the request for one try.</summary>
    public static HttpRequestMessage Build(Delivery delivery, ReadOnlySequence<byte> body, string userAgent, int maxResponseBytes)
    {
        Envelope envelope = delivery.Envelope;
        if (!CallbackTarget.TryRead(Text(envelope.CallbackUrl), out Uri? target))
        {
            throw new UriFormatException("the callback's URL names no host");
        }

        HttpRequestMessage request = new(HttpMethod.Post, target)
        {
            Version = HttpVersion.Version11,
            Content = new ByteArrayContent(body.ToArray()),
        };
        string[] named = NamedByConnection(delivery.Response.Headers);
        foreach (IGrouping<string, string> header in delivery.Response.Headers
            .Where(header => !NotCopied.Contains(header.Key) && !named.Contains(header.Key, StringComparer.OrdinalIgnoreCase) && !header.Value.AsSpan().ContainsAny('\r', '\n', '\0'))
            .GroupBy(static header => header.Key, static header => header.Value, StringComparer.OrdinalIgnoreCase))
        {
            Add(request, header.Key, string.Join($"\r\n{header.Key}: ", header));
        }

        request.Headers.TryAddWithoutValidation("User-Agent", userAgent);
        if (!envelope.CallId.IsEmpty)
        {
            Set(request, "X-Call-Id", Text(envelope.CallId));
        }

        Set(request, "X-Duration-Seconds", delivery.Result.Duration.TotalSeconds.ToString("F6", CultureInfo.InvariantCulture));
        Set(request, "X-Function-Status", Number(delivery.Result.Status));
        Set(request, "X-Function-Name", Text(envelope.Function));
        AddRetries(request, delivery);
        if (delivery.Response.TooLarge)
        {
            Set(request, TooLargeHeader, Number(maxResponseBytes));
        }

        return request;
    }

    // Every value of Connection names headers that end with the connection (RFC 9110 7.6.1).
    private static string[] NamedByConnection(List<KeyValuePair<string, string>> headers) =>
        [.. headers.Where(static header => header.Key.Equals("Connection", StringComparison.OrdinalIgnoreCase))
            .SelectMany(static header => header.Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))];

    // "If applicable" (contract 5): a call that was never retried says nothing of retries. Equal numbers mean exhausted.
    private static void AddRetries(HttpRequestMessage request, Delivery delivery)
    {
        Verdict verdict = delivery.Verdict;
        if (verdict.Retries <= 0 || delivery.Policy is not { } policy)
        {
            return;
        }

        int most = Math.Max(policy.Attempts, 0);
        Set(request, "X-Retry", Number(verdict.Kind == VerdictKind.Exhausted ? most : Math.Min(verdict.Retries, most)));
        Set(request, "X-Retry-Max", Number(most));
    }

    private static void Set(HttpRequestMessage request, string name, string value) => request.Headers.TryAddWithoutValidation(name, value);

    // .NET would write several values as one line. A line each is what the function sent, and the only right form of Set-Cookie; each
    // value has been looked at, so the line breaks are ours.
    private static void Add(HttpRequestMessage request, string name, string value)
    {
        if (!request.Headers.TryAddWithoutValidation(name, value))
        {
            request.Content!.Headers.TryAddWithoutValidation(name, value);
        }
    }

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Text(ReadOnlySpan<byte> utf8) => Encoding.UTF8.GetString(utf8);
}
