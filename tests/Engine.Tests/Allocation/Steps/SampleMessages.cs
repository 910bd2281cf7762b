using System.Buffers;
using Paddlewheel.Engine.Wire;

namespace Paddlewheel.Perf.Steps;

/// <summary>Messages as a gateway writes them.</summary>
internal static class SampleMessages
{
    public const string Function = "echo.openfaas-fn";

    public static readonly EnvelopeLimits Limits = new(8 * 1024 * 1024, 64, 200, 64 * 1024);

    /// <summary>A call with a client's usual headers.</summary>
    /// <param name="bodyBytes">Size of the body.</param>
    /// <param name="call">Number of the call: other values under the same names, of the same length.</param>
    /// <param name="callback">Whether the result is wanted.</param>
    /// <param name="annotations">Whether the function brings its own retry policy.</param>
    /// <param name="forwarded">The name under which the client's address comes.</param>
    public static byte[] Call(int bodyBytes = 1024, int call = 1, bool callback = false, bool annotations = false, string forwarded = "X-Forwarded-For")
    {
        ArrayBufferWriter<byte> output = new();
        byte[] body = new byte[bodyBytes];
        Array.Fill(body, (byte)('a' + (call % 26)));
        EnvelopeWriter.Write(output, new EnvelopeFields
        {
            Function = Function,
            Path = "/v1/items/7",
            QueryString = "user=ada&page=2",
            Host = "gateway.example.com:8080",
            QueueName = "faas-request",
            Body = new ReadOnlySequence<byte>(body),
            Header =
            [
                new("Accept", "*/*"),
                new("Accept-Encoding", "gzip, deflate, br"),
                new("Content-Length", bodyBytes.ToString(System.Globalization.CultureInfo.InvariantCulture)),
                new("Content-Type", "application/json"),
                new("User-Agent", "curl/8.5.0"),
                new("X-Call-Id", $"5bf8aa57-7cbb-4bd4-8fee-{call:d12}"),
                new(forwarded, "10.42.0.11"),
                new("X-Start-Time", $"17537000000{call:d8}"),
            ],
            CallbackUrl = callback ? new Uri("http://results.example.com/inbox?of=ada") : null,
            Annotations = annotations
                ? new Dictionary<string, string> { ["com.openfaas.retry.attempts"] = "7", ["com.openfaas.retry.codes"] = "429,503", ["com.openfaas.retry.min_wait"] = "2s", ["com.openfaas.retry.max_wait"] = "1m" }
                : null,
        });
        return output.WrittenSpan.ToArray();
    }

    /// <summary>The reply subject of a delivery.</summary>
    public static string ReplyTo(ulong sequence, int delivery = 1, ulong pending = 7) =>
        $"$JS.ACK.OF_faas-request.paddlewheel-faas-request.{delivery}.{sequence}.{sequence}.1753700000000000000.{pending}";

    /// <summary>The same with domain and account hash.</summary>
    public static string ReplyToV2(ulong sequence) =>
        $"$JS.ACK.hub.ABCDEFGH.OF_faas-request.paddlewheel-faas-request.1.{sequence}.{sequence}.1753700000000000000.7.x9";
}
