using System.Buffers;
using System.Globalization;
using System.Text;

namespace Paddlewheel.Host.Logging;

/// <summary>
/// Puts one log line together in a buffer that is used again. Text is escaped as JSON in both encodings, so that what a caller sent
/// can neither start a new line nor steer a terminal.
/// </summary>
internal sealed class ZapWriter
{
    private const int LongestKept = 64 * 1024;
    private const string Hex = "0123456789abcdef";

    private ArrayBufferWriter<byte> _buffer = new(1024);

    public ReadOnlyMemory<byte> Written => _buffer.WrittenMemory;

    public void Clear()
    {
        // One huge line must not hold its memory for ever.
        if (_buffer.Capacity > LongestKept)
        {
            _buffer = new ArrayBufferWriter<byte>(1024);
        }

        _buffer.ResetWrittenCount();
    }

    /// <summary>Text of our own that needs no escape.</summary>
    public void Raw(ReadOnlySpan<byte> utf8) => _buffer.Write(utf8);

    /// <summary>Time as ISO 8601 with milliseconds and <c>Z</c>.</summary>
    public void Iso(DateTimeOffset time) => Format(time.UtcDateTime, "yyyy-MM-dd'T'HH:mm:ss.fff'Z'");

    /// <summary>Time as seconds since 1970 with a fraction.</summary>
    public void Epoch(DateTimeOffset time) => Format((decimal)(time.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerSecond, "0.0######");

    /// <summary>A JSON string with its quotes.</summary>
    public void Quoted(ReadOnlySpan<char> text)
    {
        Raw("\""u8);
        Escaped(text, json: true);
        Raw("\""u8);
    }

    /// <summary>A JSON string from UTF-8; what needs no escape is copied as it is.</summary>
    public void Quoted(ReadOnlySpan<byte> utf8)
    {
        Raw("\""u8);
        if (utf8.ContainsAnyExceptInRange((byte)0x20, (byte)0x7E) || utf8.ContainsAny((byte)'"', (byte)'\\'))
        {
            Escaped(Encoding.UTF8.GetString(utf8), json: true);
        }
        else
        {
            Raw(utf8);
        }

        Raw("\""u8);
    }

    /// <summary>A number, bare.</summary>
    public void Number(long value) => Format(value, "");

    /// <summary>A number with its fraction, bare.</summary>
    public void Number(decimal value) => Format(value, "0.#########");

    /// <summary>Text without quotes, control characters escaped.</summary>
    public void Plain(ReadOnlySpan<char> text) => Escaped(text, json: false);

    /// <summary>A value as JSON: numbers and truth bare, everything else quoted.</summary>
    public void Value(object? value)
    {
        switch (value)
        {
            case null:
                Raw("null"u8);
                break;
            case string text:
                Quoted(text);
                break;
            case bool truth:
                Raw(truth ? "true"u8 : "false"u8);
                break;
            case double number:
                Real(number);
                break;
            case float number:
                Real(number);
                break;
            case int or long or uint or ulong or short or ushort or byte or sbyte or decimal:
                Format((IUtf8SpanFormattable)value, "");
                break;
            default:
                Quoted(Convert.ToString(value, CultureInfo.InvariantCulture));
                break;
        }
    }

    // JSON has no word for these; zap writes them as strings too.
    private void Real(double number)
    {
        if (!double.IsFinite(number))
        {
            Quoted(double.IsNaN(number) ? "NaN" : number > 0 ? "+Inf" : "-Inf");
        }
        else if (Math.Abs(number) is 0 or (>= 1e-6 and < 1e15))
        {
            Format((decimal)number == 0 ? 0m : (decimal)number, "0.###############");
        }
        else
        {
            Format(number, "R");
        }
    }

    private void Format<T>(T value, ReadOnlySpan<char> format)
        where T : IUtf8SpanFormattable
    {
        if (value.TryFormat(_buffer.GetSpan(64), out var written, format, CultureInfo.InvariantCulture))
        {
            _buffer.Advance(written);
        }
    }

    private void Escaped(ReadOnlySpan<char> text, bool json)
    {
        while (!text.IsEmpty)
        {
            var clean = 0;
            while (clean < text.Length && !MustEscape(text[clean], json))
            {
                clean++;
            }

            // A lone surrogate becomes the replacement character here.
            Encoding.UTF8.GetBytes(text[..clean], _buffer);
            text = text[clean..];
            if (!text.IsEmpty)
            {
                Escape(text[0]);
                text = text[1..];
            }
        }
    }

    private static bool MustEscape(char c, bool json) =>
        char.IsControl(c) || c is '\u2028' or '\u2029' or (>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069')
        || (json && c is '"' or '\\');

    private void Escape(char c)
    {
        switch (c)
        {
            case '"':
                Raw("\\\""u8);
                break;
            case '\\':
                Raw("\\\\"u8);
                break;
            case '\n':
                Raw("\\n"u8);
                break;
            case '\r':
                Raw("\\r"u8);
                break;
            case '\t':
                Raw("\\t"u8);
                break;
            default:
                Raw([(byte)'\\', (byte)'u', (byte)Hex[c >> 12], (byte)Hex[(c >> 8) & 15], (byte)Hex[(c >> 4) & 15], (byte)Hex[c & 15]]);
                break;
        }
    }
}
