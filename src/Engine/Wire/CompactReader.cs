namespace Paddlewheel.Engine.Wire;

/// <summary>
/// The short way through a QueueRequest: known keys as Go spells them, each once, no blanks, within the limits. That is every
/// message a gateway writes. Anything else is left to <see cref="EnvelopeReader"/>, whose answer for what is read here would
/// be the same: a test holds the two together.
/// </summary>
internal ref struct CompactReader(ReadOnlySpan<byte> message, TextStore store, EnvelopeTables tables, in EnvelopeLimits limits)
{
    // Object, Header, values of one header.
    private const int Depth = 3;

    private readonly EnvelopeTables _tables = tables;
    private readonly int _maxDepth = limits.MaxDepth;
    private readonly int _maxHeaders = limits.MaxHeaders;
    private readonly int _maxHeaderBytes = limits.MaxHeaderBytes;
    private CompactJson _json = new(message, store);
    private uint _seen;

    /// <summary>
    /// True with the message's fields. False means that nothing is known about it yet: the message is untouched, tables and
    /// content may be half filled.
    /// </summary>
    /// <param name="content">Empty; takes the fields. The body is still to be decoded, and the
    /// message is only known to be JSON if it can be.</param>
    public bool TryRead(ref EnvelopeContent content)
    {
        if (_maxDepth < Depth || !_json.Take((byte)'{'))
        {
            return false;
        }

        do
        {
            if (!_json.TryKey(out ReadOnlySpan<byte> key) || !ReadField(key, ref content))
            {
                return false;
            }
        }
        while (_json.Take((byte)','));

        return _json.Take((byte)'}') && _json.IsAtEnd;
    }

    private bool ReadField(ReadOnlySpan<byte> key, ref EnvelopeContent content)
    {
        EnvelopeField field = EnvelopeKeys.Exact(key);
        uint bit = 1u << (int)field;
        if ((_seen & bit) != 0)
        {
            return false;
        }

        _seen |= bit;
        return field switch
        {
            EnvelopeField.Header => ReadHeaders(),
            EnvelopeField.Host => _json.TryField(ref content.Host),
            EnvelopeField.Body => ReadBody(ref content.Body),
            EnvelopeField.Method => _json.TryField(ref content.Method),
            EnvelopeField.Path => _json.TryField(ref content.Path),
            EnvelopeField.QueryString => _json.TryField(ref content.QueryString),
            EnvelopeField.Function => _json.TryField(ref content.Function),
            EnvelopeField.QueueName => _json.TryField(ref content.QueueName),
            EnvelopeField.Annotations => ReadMap(_tables.Annotations),
            EnvelopeField.Labels => ReadMap(_tables.Labels),
            EnvelopeField.Environment => ReadMap(_tables.Environment),
            EnvelopeField.CallbackUrl => ReadCallback(ref content.Callback),
            _ => false,
        };
    }

    private bool ReadBody(ref TextRange body) => _json.IsText ? _json.TryDigits(out body) : _json.Take("null"u8);

    private bool ReadHeaders()
    {
        if (!_json.Take((byte)'{'))
        {
            return _json.Take("null"u8);
        }

        int names = 0;
        int bytes = 0;
        ulong met = 0;
        do
        {
            if (!_json.TryPlain(out TextRange name) || !_json.Take((byte)':') || !_json.Take((byte)'[')
                || ++names > _maxHeaders || IsRepeated(name, ref met))
            {
                return false;
            }

            bytes += name.Length;
            do
            {
                if (!_json.TryText(out TextRange value) || _tables.Headers.Count >= _maxHeaders)
                {
                    return false;
                }

                bytes += value.Length;
                _tables.Headers.Add(name, value);
            }
            while (_json.Take((byte)','));

            if (!_json.Take((byte)']'))
            {
                return false;
            }
        }
        while (bytes <= _maxHeaderBytes && _json.Take((byte)','));

        return bytes <= _maxHeaderBytes && _json.Take((byte)'}');
    }

    /// <summary>Whether the map may have had this name before. Names of another length and end are not looked at: one bit tells.</summary>
    private readonly bool IsRepeated(TextRange name, ref ulong met)
    {
        if (name.IsEmpty)
        {
            return true;
        }

        ReadOnlySpan<byte> text = store[name];
        ulong bit = 1UL << ((name.Length + (text[^1] * 5) + (text[name.Length / 2] * 11)) & 63);
        bool repeated = (met & bit) != 0 && _tables.Headers.TryGet(store, text, out _);
        met |= bit;
        return repeated;
    }

    private bool ReadMap(PairTable map)
    {
        if (!_json.Take((byte)'{'))
        {
            return _json.Take("null"u8);
        }

        do
        {
            if (!_json.TryText(out TextRange name) || !_json.Take((byte)':') || !_json.TryText(out TextRange value) || map.Count >= _maxHeaders)
            {
                return false;
            }

            map.Add(name, value);
        }
        while (_json.Take((byte)','));

        return _json.Take((byte)'}');
    }

    private bool ReadCallback(ref CallbackUrl url)
    {
        if (!_json.Take((byte)'{'))
        {
            return _json.Take("null"u8);
        }

        do
        {
            if (!_json.TryKey(out ReadOnlySpan<byte> key) || !ReadCallbackField(EnvelopeKeys.ExactCallback(key), ref url))
            {
                return false;
            }
        }
        while (_json.Take((byte)','));

        return _json.Take((byte)'}');
    }

    // A repeated key overwrites, as it does there.
    private bool ReadCallbackField(CallbackField field, ref CallbackUrl url)
    {
        bool omitHost = false;
        return field switch
        {
            CallbackField.Scheme => _json.TryField(ref url.Scheme),
            CallbackField.Opaque => _json.TryField(ref url.Opaque),
            CallbackField.User => _json.Take("null"u8),
            CallbackField.Host => _json.TryField(ref url.Host),
            CallbackField.Path => _json.TryField(ref url.Path),
            CallbackField.Fragment => _json.TryField(ref url.Fragment),
            CallbackField.RawQuery => _json.TryField(ref url.RawQuery),
            CallbackField.RawPath => _json.TryField(ref url.RawPath),
            CallbackField.RawFragment => _json.TryField(ref url.RawFragment),
            CallbackField.ForceQuery => _json.TryField(ref url.ForceQuery),
            CallbackField.OmitHost => _json.TryField(ref omitHost),
            _ => false,
        };
    }
}
