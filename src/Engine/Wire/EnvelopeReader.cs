using System.Text.Json;

namespace Paddlewheel.Engine.Wire;

/// <summary>
/// Reads a QueueRequest with the semantics of Go's encoding/json, which is what every producer was tested against: unknown
/// keys are skipped, null leaves a value alone or empties a map, a repeated key overwrites, maps merge, another JSON type is
/// an error.
/// </summary>
internal ref struct EnvelopeReader
{
    private readonly TextStore _store;
    private readonly EnvelopeLimits _limits;
    private readonly EnvelopeTables _tables;
    private JsonCursor _json;
    private int _headerNames;
    private int _headerBytes;

    public EnvelopeReader(ReadOnlySpan<byte> message, TextStore store, EnvelopeTables tables, in EnvelopeLimits limits)
    {
        _json = new JsonCursor(message, store, limits.MaxDepth);
        _store = store;
        _tables = tables;
        _limits = limits;
    }

    public EnvelopeError Read(ref EnvelopeContent content)
    {
        try
        {
            if (!ReadMessage(ref content))
            {
                return _json.Error;
            }

            if (!_json.IsAtEnd())
            {
                return EnvelopeError.NotJson;
            }
        }
        catch (JsonException)
        {
            // The one exception of this room, made by the framework's parser: poison is rare enough to pay for it.
            return EnvelopeError.NotJson;
        }

        return EnvelopeRules.Judge(_store, ref content);
    }

    private bool ReadMessage(ref EnvelopeContent content)
    {
        if (!_json.Next())
        {
            return false;
        }

        if (_json.IsNull)
        {
            return true;
        }

        if (!_json.Expect(JsonTokenType.StartObject))
        {
            return false;
        }

        while (_json.NextKey())
        {
            var field = EnvelopeKeys.Envelope(_store[_json.Text()]);
            if (!_json.Next() || !ReadField(field, ref content))
            {
                return false;
            }
        }

        return _json.Error == EnvelopeError.None;
    }

    private bool ReadField(EnvelopeField field, ref EnvelopeContent content) => field switch
    {
        EnvelopeField.Header => ReadHeaders(),
        EnvelopeField.Host => _json.ReadText(ref content.Host),
        EnvelopeField.Body => ReadBody(ref content.Body),
        EnvelopeField.Method => _json.ReadText(ref content.Method),
        EnvelopeField.Path => _json.ReadText(ref content.Path),
        EnvelopeField.QueryString => _json.ReadText(ref content.QueryString),
        EnvelopeField.Function => _json.ReadText(ref content.Function),
        EnvelopeField.QueueName => _json.ReadText(ref content.QueueName),
        EnvelopeField.Annotations => ReadMap(_tables.Annotations),
        EnvelopeField.Labels => ReadMap(_tables.Labels),
        EnvelopeField.Environment => ReadMap(_tables.Environment),
        EnvelopeField.CallbackUrl => CallbackReader.Read(ref _json, _store, ref content.Callback),
        _ => _json.Skip(),
    };

    private bool ReadHeaders()
    {
        if (_json.IsNull)
        {
            _tables.Headers.Clear();
            return true;
        }

        if (!_json.Expect(JsonTokenType.StartObject))
        {
            return false;
        }

        while (_json.NextKey())
        {
            // A name counts even without values, or names alone could fill the message.
            if (++_headerNames > _limits.MaxHeaders)
            {
                return _json.Fail(EnvelopeError.TooManyHeaders);
            }

            var name = _json.Text();
            _tables.Headers.Remove(_store, _store[name]);
            if (!_json.Next() || !Spend(name.Length) || !ReadHeaderValues(name))
            {
                return false;
            }
        }

        return _json.Error == EnvelopeError.None;
    }

    private bool ReadHeaderValues(TextRange name)
    {
        if (_json.IsNull)
        {
            return true;
        }

        if (!_json.Expect(JsonTokenType.StartArray))
        {
            return false;
        }

        while (_json.NextElement())
        {
            var value = default(TextRange);
            if (!_json.ReadText(ref value) || !Spend(value.Length))
            {
                return false;
            }

            if (_tables.Headers.Count >= _limits.MaxHeaders)
            {
                return _json.Fail(EnvelopeError.TooManyHeaders);
            }

            _tables.Headers.Add(name, value);
        }

        return _json.Error == EnvelopeError.None;
    }

    private bool Spend(int headerBytes)
    {
        _headerBytes += headerBytes;
        return _headerBytes <= _limits.MaxHeaderBytes || _json.Fail(EnvelopeError.HeadersTooLarge);
    }

    private bool ReadMap(PairTable map)
    {
        if (_json.IsNull)
        {
            map.Clear();
            return true;
        }

        if (!_json.Expect(JsonTokenType.StartObject))
        {
            return false;
        }

        while (_json.NextKey())
        {
            var name = _json.Text();
            var value = default(TextRange);
            if (!_json.Next() || !_json.ReadText(ref value))
            {
                return false;
            }

            if (map.Count >= _limits.MaxHeaders)
            {
                return _json.Fail(EnvelopeError.TooManyEntries);
            }

            map.Add(name, value);
        }

        return _json.Error == EnvelopeError.None;
    }

    private bool ReadBody(ref TextRange body)
    {
        body = default;
        if (_json.IsNull)
        {
            return true;
        }

        if (!_json.Expect(JsonTokenType.String))
        {
            return false;
        }

        var raw = _json.Raw(out bool escaped);
        var text = _store.Message(raw);
        if (escaped)
        {
            text = text[..JsonText.UnescapeInPlace(text)];
        }

        if (!Base64Body.TryDecodeInPlace(text, out int length))
        {
            return _json.Fail(EnvelopeError.BadBody);
        }

        body = raw with { Length = length };
        return true;
    }
}
