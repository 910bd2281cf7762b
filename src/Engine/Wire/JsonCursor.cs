using System.Text.Json;

namespace Paddlewheel.Engine.Wire;

/// <summary>
/// Walks one JSON message and remembers the first thing that was wrong with it. Every method that answers a bool says
/// whether to go on; after false, <see cref="Error"/> tells why not.
/// </summary>
internal ref struct JsonCursor
{
    private readonly TextStore _store;
    private readonly int _maxDepth;
    private Utf8JsonReader _json;

    public JsonCursor(ReadOnlySpan<byte> message, TextStore store, int maxDepth)
    {
        // The framework's own depth check throws; one level more lets ours come first.
        _json = new Utf8JsonReader(message, new JsonReaderOptions { MaxDepth = maxDepth + 1 });
        _store = store;
        _maxDepth = maxDepth;
    }

    public EnvelopeError Error { get; private set; }

    public readonly JsonTokenType Token => _json.TokenType;

    /// <summary>Whether the value under the cursor is null.</summary>
    public readonly bool IsNull => _json.TokenType == JsonTokenType.Null;

    /// <summary>Notes what is wrong; always false.</summary>
    public bool Fail(EnvelopeError error)
    {
        Error = error;
        return false;
    }

    /// <summary>Steps to the next token. Throws <see cref="JsonException"/> where the message stops being JSON.</summary>
    public bool Next()
    {
        if (!_json.Read())
        {
            return Fail(EnvelopeError.NotJson);
        }

        return (_json.TokenType is not (JsonTokenType.StartObject or JsonTokenType.StartArray) || _json.CurrentDepth < _maxDepth)
            || Fail(EnvelopeError.TooDeep);
    }

    /// <summary>Steps to the next key of an object; false at its end as well as on an error.</summary>
    public bool NextKey() => Next() && _json.TokenType == JsonTokenType.PropertyName;

    /// <summary>Steps to the next element of an array; false at its end as well as on an error.</summary>
    public bool NextElement() => Next() && _json.TokenType != JsonTokenType.EndArray;

    /// <summary>Whether nothing but blanks follows. Throws like <see cref="Next"/>.</summary>
    public bool IsAtEnd() => !_json.Read();

    public bool Expect(JsonTokenType token) => _json.TokenType == token || Fail(EnvelopeError.WrongType);

    /// <summary>Steps over the value under the cursor, whatever it is.</summary>
    public bool Skip()
    {
        int depth = _json.CurrentDepth;
        if (_json.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
        {
            do
            {
                if (!Next())
                {
                    return false;
                }
            }
            while (_json.CurrentDepth > depth);
        }

        return true;
    }

    /// <summary>Reads a string into a field; null leaves the field as it is, as in Go.</summary>
    public bool ReadText(ref TextRange field)
    {
        if (IsNull)
        {
            return true;
        }

        if (!Expect(JsonTokenType.String))
        {
            return false;
        }

        field = Text();
        return true;
    }

    /// <summary>Reads a boolean into a field; null leaves the field as it is.</summary>
    public bool ReadFlag(ref bool field)
    {
        switch (_json.TokenType)
        {
            case JsonTokenType.True:
            case JsonTokenType.False:
                field = _json.TokenType == JsonTokenType.True;
                return true;
            case JsonTokenType.Null:
                return true;
            default:
                return Fail(EnvelopeError.WrongType);
        }
    }

    /// <summary>The key or string under the cursor, unescaped.</summary>
    public readonly TextRange Text() => _store.Unescape(Raw(out bool escaped), escaped);

    /// <summary>Where the key or string under the cursor lies, as it came.</summary>
    public readonly TextRange Raw(out bool escaped)
    {
        escaped = _json.ValueIsEscaped;
        // The token starts at its quotation mark.
        return new TextRange((int)_json.TokenStartIndex + 1, _json.ValueSpan.Length);
    }
}
