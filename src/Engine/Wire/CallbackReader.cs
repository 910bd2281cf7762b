using System.Text.Json;

namespace Paddlewheel.Engine.Wire;

/// <summary>Reads the CallbackUrl field: Go's url.URL object, or a plain string from producers in other languages.</summary>
internal static class CallbackReader
{
    public static bool Read(ref JsonCursor json, TextStore store, ref CallbackUrl url)
    {
        if (json.IsNull)
        {
            url = default;
            return true;
        }

        if (json.Token != JsonTokenType.String)
        {
            return json.Expect(JsonTokenType.StartObject) && ReadFields(ref json, store, ref url);
        }

        url = default;
        var text = json.Text();
        return text.IsEmpty || CallbackUrl.TrySplit(store, text, out url) || json.Fail(EnvelopeError.BadCallbackUrl);
    }

    private static bool ReadFields(ref JsonCursor json, TextStore store, ref CallbackUrl url)
    {
        while (json.NextKey())
        {
            var field = EnvelopeKeys.Callback(store[json.Text()]);
            if (!json.Next() || !ReadField(ref json, field, ref url))
            {
                return false;
            }
        }

        return json.Error == EnvelopeError.None;
    }

    private static bool ReadField(ref JsonCursor json, CallbackField field, ref CallbackUrl url)
    {
        // With a host, which we insist on, OmitHost changes nothing; its type is still checked.
        bool omitHost = false;
        return field switch
        {
            CallbackField.Scheme => json.ReadText(ref url.Scheme),
            CallbackField.Opaque => json.ReadText(ref url.Opaque),
            CallbackField.User => json.IsNull || (json.Expect(JsonTokenType.StartObject) && json.Skip()),
            CallbackField.Host => json.ReadText(ref url.Host),
            CallbackField.Path => json.ReadText(ref url.Path),
            CallbackField.Fragment => json.ReadText(ref url.Fragment),
            CallbackField.RawQuery => json.ReadText(ref url.RawQuery),
            CallbackField.RawPath => json.ReadText(ref url.RawPath),
            CallbackField.RawFragment => json.ReadText(ref url.RawFragment),
            CallbackField.ForceQuery => json.ReadFlag(ref url.ForceQuery),
            CallbackField.OmitHost => json.ReadFlag(ref omitHost),
            _ => json.Skip(),
        };
    }
}
