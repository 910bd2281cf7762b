using System.Text;

namespace Paddlewheel.Engine.Wire;

/// <summary>
/// One QueueRequest, read where it lies. One per delivery and reused: reading overwrites parts of the buffer (escapes and
/// base64 only shrink) and allocates nothing once the tables have grown to the traffic. All text is UTF-8, unescaped.
/// </summary>
internal sealed class Envelope
{
    private const int NotLookedFor = -2;
    private const int None = -1;

    private readonly TextStore _store = new();
    private readonly EnvelopeTables _tables = new();
    private EnvelopeContent _content;
    private int _callIdRow = NotLookedFor;

    /// <summary>Function name, with its namespace if the producer named one; surrounding slashes removed.</summary>
    public ReadOnlySpan<byte> Function => _store[_content.Function];

    /// <summary>Path after the function's name, as it came.</summary>
    public ReadOnlySpan<byte> Path => _store[_content.Path];

    /// <summary>Query, without the question mark as a rule.</summary>
    public ReadOnlySpan<byte> QueryString => _store[_content.QueryString];

    /// <summary>Method of the original call: an RFC 9110 token or empty.</summary>
    public ReadOnlySpan<byte> Method => _store[_content.Method];

    /// <summary>Host the client used.</summary>
    public ReadOnlySpan<byte> Host => _store[_content.Host];

    /// <summary>Queue the producer chose; empty means the default queue.</summary>
    public ReadOnlySpan<byte> QueueName => _store[_content.QueueName];

    /// <summary>The decoded body: a slice of the delivery's buffer, valid as long as the buffer is.</summary>
    public ReadOnlyMemory<byte> Body => _store.Memory(_content.Body);

    /// <summary>Header rows: one per value, so a name may come twice.</summary>
    public int HeaderCount => _tables.Headers.Count;

    /// <summary>The caller's call id, or empty. Looked for once: several rooms ask.</summary>
    public ReadOnlySpan<byte> CallId
    {
        get
        {
            if (_callIdRow == NotLookedFor)
            {
                _callIdRow = RowOf("X-Call-Id"u8);
            }

            return _callIdRow == None ? default : HeaderValue(_callIdRow);
        }
    }

    /// <summary>Only the CallbackUrl field asks for a callback: the header of that name is just a header.</summary>
    public bool HasCallback => !_content.CallbackText.IsEmpty;

    /// <summary>Where the result goes: an absolute http or https URL as Go's URL.String() writes it, or empty.</summary>
    public ReadOnlySpan<byte> CallbackUrl => _store[_content.CallbackText];

    /// <summary>
    /// Reads the first <paramref name="length"/> bytes of <paramref name="buffer"/>, which the envelope keeps pointing into
    /// and writes to. Whatever the bytes are, the answer is a value, never an exception; on any error the envelope is empty
    /// and the buffer's content undefined.
    /// </summary>
    public EnvelopeError Read(byte[] buffer, int length, in EnvelopeLimits limits)
    {
        if (length > limits.MaxBytes)
        {
            Clear();
            return EnvelopeError.TooLarge;
        }

        Attach(buffer);
        return new CompactReader(buffer.AsSpan(0, length), _store, _tables, limits).TryRead(ref _content) && TryDecodeBody()
            ? Settle(EnvelopeRules.Judge(_store, ref _content))
            : ReadThoroughly(buffer, length, limits);
    }

    /// <summary><see cref="Read"/> without its short way: the same answer for every message, several times as slow.</summary>
    public EnvelopeError ReadThoroughly(byte[] buffer, int length, in EnvelopeLimits limits)
    {
        if (length > limits.MaxBytes)
        {
            Clear();
            return EnvelopeError.TooLarge;
        }

        Attach(buffer);
        var reader = new EnvelopeReader(buffer.AsSpan(0, length), _store, _tables, limits);
        return Settle(reader.Read(ref _content));
    }

    /// <summary>Forgets the message and lets go of its buffer.</summary>
    public void Clear() => Attach([]);

    public ReadOnlySpan<byte> HeaderName(int index) => _store[_tables.Headers.Name(index)];

    public ReadOnlySpan<byte> HeaderValue(int index) => _store[_tables.Headers.Value(index)];

    public bool TryGetAnnotation(ReadOnlySpan<byte> key, out ReadOnlySpan<byte> value) => _tables.Annotations.TryGet(_store, key, out value);

    public bool TryGetLabel(ReadOnlySpan<byte> key, out ReadOnlySpan<byte> value) => _tables.Labels.TryGet(_store, key, out value);

    public bool TryGetEnvironment(ReadOnlySpan<byte> key, out ReadOnlySpan<byte> value) => _tables.Environment.TryGet(_store, key, out value);

    private int RowOf(ReadOnlySpan<byte> header)
    {
        for (int i = 0; i < _tables.Headers.Count; i++)
        {
            if (_tables.Headers.Name(i).Length == header.Length && Ascii.EqualsIgnoreCase(HeaderName(i), header))
            {
                return i;
            }
        }

        return None;
    }

    private void Attach(byte[] buffer)
    {
        _content = default;
        _callIdRow = NotLookedFor;
        _tables.Clear();
        _store.Attach(buffer);
    }

    private bool TryDecodeBody()
    {
        bool decoded = Base64Body.TryDecodeOrLeave(_store.Message(_content.Body), out int length);
        _content.Body = _content.Body with { Length = length };
        return decoded;
    }

    private EnvelopeError Settle(EnvelopeError error)
    {
        if (error != EnvelopeError.None)
        {
            Clear();
        }

        return error;
    }
}
