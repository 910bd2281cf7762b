using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Paddlewheel.Engine.Integration.Support;

/// <summary>
/// The gateway's message, written independently of the worker's own writer: the keys in Go's declaration order, empty ones left
/// out, header names sorted, the callback as Go's <c>url.URL</c> (contract 2.1).
/// </summary>
internal sealed class Envelope
{
    public required string Function { get; init; }

    public required string CallId { get; init; }

    public byte[] Body { get; init; } = [];

    public string Path { get; init; } = "";

    public string QueryString { get; init; } = "";

    public Uri? Callback { get; init; }

    /// <summary>Further headers; a name may repeat.</summary>
    public IReadOnlyList<(string Name, string Value)> Headers { get; init; } = [];

    public IReadOnlyDictionary<string, string> Annotations { get; init; } = new Dictionary<string, string>();

    public byte[] ToJson()
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        WriteHeader(json);
        json.WriteString("Host"u8, "127.0.0.1:8080");
        if (Body.Length > 0)
        {
            json.WriteBase64String("Body"u8, Body);
        }

        json.WriteString("Method"u8, "POST");
        WriteUnlessEmpty(json, "Path"u8, Path);
        WriteUnlessEmpty(json, "QueryString"u8, QueryString);
        json.WriteString("Function"u8, Function);
        if (Annotations.Count > 0)
        {
            json.WriteStartObject("Annotations"u8);
            foreach ((string key, string value) in Annotations.OrderBy(static a => a.Key, StringComparer.Ordinal))
            {
                json.WriteString(key, value);
            }

            json.WriteEndObject();
        }

        if (Callback is not null)
        {
            WriteCallback(json, Callback);
        }

        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    private void WriteHeader(Utf8JsonWriter json)
    {
        List<(string Name, string Value)> all =
        [
            ("Accept", "*/*"), ("Content-Length", Body.Length.ToString(System.Globalization.CultureInfo.InvariantCulture)),
            ("User-Agent", "curl/8.5.0"), ("X-Call-Id", CallId), ("X-Start-Time", "1753700000000000000"), .. Headers,
        ];
        if (Callback is not null)
        {
            all.Add(("X-Callback-Url", Callback.OriginalString));
        }

        json.WriteStartObject("Header"u8);
        foreach (var name in all.GroupBy(static h => h.Name).OrderBy(static g => g.Key, StringComparer.Ordinal))
        {
            json.WriteStartArray(name.Key);
            foreach ((_, string value) in name)
            {
                json.WriteStringValue(value);
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private static void WriteCallback(Utf8JsonWriter json, Uri url)
    {
        json.WriteStartObject("CallbackUrl"u8);
        json.WriteString("Scheme"u8, url.Scheme);
        json.WriteString("Opaque"u8, "");
        json.WriteNull("User"u8);
        json.WriteString("Host"u8, url.Authority);
        json.WriteString("Path"u8, Uri.UnescapeDataString(url.AbsolutePath));
        json.WriteString("Fragment"u8, "");
        json.WriteString("RawQuery"u8, url.Query.TrimStart('?'));
        json.WriteString("RawPath"u8, "");
        json.WriteString("RawFragment"u8, "");
        json.WriteBoolean("ForceQuery"u8, false);
        json.WriteBoolean("OmitHost"u8, false);
        json.WriteEndObject();
    }

    private static void WriteUnlessEmpty(Utf8JsonWriter json, ReadOnlySpan<byte> name, string value)
    {
        if (value.Length > 0)
        {
            json.WriteString(name, value);
        }
    }

    /// <summary>Text as a body.</summary>
    public static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);
}
