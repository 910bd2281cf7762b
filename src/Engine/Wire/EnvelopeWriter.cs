using System.Buffers;
using System.Text;

namespace Paddlewheel.Engine.Wire;

/// <summary>
/// Writes a QueueRequest as a Go producer would, byte for byte (contract 2.1): declaration order, empty values left out
/// except Method and Function, canonical header names in order, HTML-safe escapes.
/// </summary>
internal static class EnvelopeWriter
{
    /// <summary>Throws <see cref="ArgumentException"/> when the callback is not an absolute http or https URL.</summary>
    public static void Write(IBufferWriter<byte> output, EnvelopeFields fields)
    {
        var json = new JsonOutput(output);
        json.Raw("{"u8);
        Header(json, fields.Header);
        Optional(json, "\"Host\":"u8, fields.Host);
        if (!fields.Body.IsEmpty)
        {
            json.Raw("\"Body\":"u8);
            json.Base64Text(fields.Body);
            json.Raw(","u8);
        }

        json.Raw("\"Method\":"u8);
        json.Text(fields.Method);
        json.Raw(","u8);
        Optional(json, "\"Path\":"u8, fields.Path);
        Optional(json, "\"QueryString\":"u8, fields.QueryString);
        json.Raw("\"Function\":"u8);
        json.Text(fields.Function);
        if (!string.IsNullOrEmpty(fields.QueueName))
        {
            json.Raw(",\"QueueName\":"u8);
            json.Text(fields.QueueName);
        }

        Map(json, ",\"Annotations\":"u8, fields.Annotations);
        Map(json, ",\"Labels\":"u8, fields.Labels);
        Map(json, ",\"Environment\":"u8, fields.Environment);
        if (fields.CallbackUrl is { } callback)
        {
            Callback(json, callback);
        }

        json.Raw("}"u8);
    }

    private static void Optional(JsonOutput json, ReadOnlySpan<byte> key, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            json.Raw(key);
            json.Text(value);
            json.Raw(","u8);
        }
    }

    private static void Header(JsonOutput json, IList<KeyValuePair<string, string>> rows)
    {
        if (rows.Count == 0)
        {
            return;
        }

        var names = new SortedDictionary<string, List<string>>(StringComparer.Ordinal);
        foreach (var (name, value) in rows)
        {
            string canonical = CanonicalHeader.Name(name);
            if (!names.TryGetValue(canonical, out var values))
            {
                names.Add(canonical, values = []);
            }

            values.Add(value);
        }

        json.Raw("\"Header\":"u8);
        var separator = "{"u8;
        foreach (var (name, values) in names)
        {
            json.Raw(separator);
            json.Text(name);
            json.Raw(":["u8);
            for (int i = 0; i < values.Count; i++)
            {
                json.Raw(i == 0 ? ""u8 : ","u8);
                json.Text(values[i]);
            }

            json.Raw("]"u8);
            separator = ","u8;
        }

        json.Raw("},"u8);
    }

    private static void Map(JsonOutput json, ReadOnlySpan<byte> key, IDictionary<string, string>? map)
    {
        if (map is not { Count: > 0 })
        {
            return;
        }

        json.Raw(key);
        var separator = "{"u8;
        foreach (var (name, value) in map.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            json.Raw(separator);
            json.Text(name);
            json.Raw(":"u8);
            json.Text(value);
            separator = ","u8;
        }

        json.Raw("}"u8);
    }

    /// <summary>Credentials in the URL are not written: Go loses them on this wire, and they have no place in a queue.</summary>
    private static void Callback(JsonOutput json, Uri callback)
    {
        // The original string, not .NET's normal form: Go keeps default ports, dot segments and escapes as they were given.
        byte[] text = Encoding.UTF8.GetBytes(callback.OriginalString);
        var store = new TextStore();
        store.Attach(text);
        if (!CallbackUrl.TrySplit(store, new TextRange(0, text.Length), out var url))
        {
            throw new ArgumentException("The callback is not an absolute http or https URL.", nameof(callback));
        }

        json.Raw(",\"CallbackUrl\":{\"Scheme\":"u8);
        json.Text(store[url.Scheme].Length == 4 ? "http"u8 : "https"u8);
        json.Raw(",\"Opaque\":\"\",\"User\":null,\"Host\":"u8);
        json.Text(store[url.Host]);
        json.Raw(",\"Path\":"u8);
        json.Text(store[url.Path]);
        json.Raw(",\"Fragment\":"u8);
        json.Text(store[url.Fragment]);
        json.Raw(",\"RawQuery\":"u8);
        json.Text(store[url.RawQuery]);
        json.Raw(",\"RawPath\":"u8);
        json.Text(NeededRaw(store, url.Path, url.RawPath, GoUrl.PathKept));
        json.Raw(",\"RawFragment\":"u8);
        json.Text(NeededRaw(store, url.Fragment, url.RawFragment, GoUrl.FragmentKept));
        json.Raw(",\"ForceQuery\":"u8);
        json.Flag(url.ForceQuery);
        json.Raw(",\"OmitHost\":false}"u8);
    }

    /// <summary>Go keeps the raw form only when encoding the decoded one would not give it back.</summary>
    private static ReadOnlySpan<byte> NeededRaw(TextStore store, TextRange decoded, TextRange raw, SearchValues<byte> kept)
    {
        int mark = store.Mark;
        GoUrl.AppendEscaped(store, store[decoded], kept);
        return store[store.Since(mark)].SequenceEqual(store[raw]) ? default : store[raw];
    }
}
