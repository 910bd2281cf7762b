using System.Buffers;
using System.Globalization;
using Microsoft.Extensions.Logging;
using Paddlewheel.Engine.Telemetry;
using Paddlewheel.Host.Configuration;

namespace Paddlewheel.Host.Logging;

/// <summary>
/// The lines of every message, from bytes to bytes: no string, no boxed number, nothing allocated. Nearly all of them are
/// plain, and are put together from ready pieces; the rest is left to <see cref="ZapInvocationLines"/>.
/// </summary>
internal sealed class ZapInvocationLog(ZapOutput output, LogEncoding encoding, LogLevel least) : IInvocationLog
{
    /// <summary>Call id and function together up to here, in bytes; far longer than a real one.</summary>
    private const int LongestTexts = 1024;

    /// <summary>Room for the pieces, the time and the numbers.</summary>
    private const int Rest = 512;

    // Visible ASCII and the blank, without what JSON escapes.
    private static readonly SearchValues<byte> Plain =
        SearchValues.Create([.. Enumerable.Range(0x20, 0x5F).Select(b => (byte)b).Where(b => b is not ((byte)'"' or (byte)'\\'))]);

    [ThreadStatic]
    private static byte[]? _line;

    [ThreadStatic]
    private static ZapClock? _clock;

    private readonly Pieces _pieces = encoding == LogEncoding.Json ? Pieces.Json : Pieces.Console;
    private readonly ZapInvocationLines _lines = new(output, encoding);

    public bool IsEnabled => least <= LogLevel.Information;

    public void Invoke(DateTimeOffset now, ReadOnlySpan<byte> callId, ReadOnlySpan<byte> function, int delivery)
    {
        byte[] line = _line ??= new byte[LongestTexts + Rest];
        if (!TryBegin(line, now, _pieces.Invoke, callId, function, delivery, out int at))
        {
            _lines.Invoke(now, callId, function, delivery);
            return;
        }

        End(line, at);
    }

    public void Invoked(DateTimeOffset now, ReadOnlySpan<byte> callId, ReadOnlySpan<byte> function, int delivery, int status, double seconds)
    {
        byte[] line = _line ??= new byte[LongestTexts + Rest];
        if (!TryBegin(line, now, _pieces.Invoked, callId, function, delivery, out int at))
        {
            _lines.Invoked(now, callId, function, delivery, status, seconds);
            return;
        }

        Put(line, _pieces.Status, ref at);
        Put(line, status, ref at);
        Put(line, _pieces.Duration, ref at);
        if (!ZapSeconds.TryFormat(seconds, line.AsSpan(at), out int digits))
        {
            _lines.Invoked(now, callId, function, delivery, status, seconds);
            return;
        }

        End(line, at + digits);
    }

    private bool TryBegin(
        byte[] line, DateTimeOffset now, byte[] message, ReadOnlySpan<byte> callId, ReadOnlySpan<byte> function, int delivery, out int at)
    {
        at = 0;
        if (callId.Length + function.Length > LongestTexts || callId.ContainsAnyExcept(Plain) || function.ContainsAnyExcept(Plain))
        {
            return false;
        }

        ZapClock clock = _clock ??= new ZapClock();
        int digits;
        if (encoding == LogEncoding.Json)
        {
            Put(line, _pieces.Start, ref at);
            if (!clock.TryEpoch(now.UtcTicks, line.AsSpan(at), out digits))
            {
                return false;
            }
        }
        else
        {
            digits = clock.Iso(now.UtcTicks, line);
        }

        at += digits;
        Put(line, message, ref at);
        Put(line, callId, ref at);
        Put(line, _pieces.Function, ref at);
        Put(line, function, ref at);
        Put(line, _pieces.Delivery, ref at);
        Put(line, delivery, ref at);
        return true;
    }

    private void End(byte[] line, int at)
    {
        line[at] = (byte)'}';
        line[at + 1] = (byte)'\n';
        output.Write(line.AsSpan(0, at + 2), urgent: false);
    }

    private static void Put(byte[] line, ReadOnlySpan<byte> text, ref int at)
    {
        text.CopyTo(line.AsSpan(at));
        at += text.Length;
    }

    private static void Put(byte[] line, int number, ref int at)
    {
        number.TryFormat(line.AsSpan(at), out int digits, default, CultureInfo.InvariantCulture);
        at += digits;
    }

    /// <summary>What stands between the values of a line; a quotation mark belongs to the piece beside it.</summary>
    private sealed record Pieces(byte[] Start, byte[] Invoke, byte[] Invoked, byte[] Function, byte[] Delivery, byte[] Status, byte[] Duration)
    {
        public static readonly Pieces Console = new(
            [],
            [.. "\tinfo\tjetstream-queue-worker/Invoke\tInvoke\t{\"callId\": \""u8],
            [.. "\tinfo\tjetstream-queue-worker/Invoked\tInvoked\t{\"callId\": \""u8],
            [.. "\", \"function\": \""u8],
            [.. "\", \"delivery\": "u8],
            [.. ", \"status\": "u8],
            [.. ", \"duration\": "u8]);

        public static readonly Pieces Json = new(
            [.. "{\"level\":\"info\",\"ts\":"u8],
            [.. ",\"caller\":\"jetstream-queue-worker/Invoke\",\"msg\":\"Invoke\",\"callId\":\""u8],
            [.. ",\"caller\":\"jetstream-queue-worker/Invoked\",\"msg\":\"Invoked\",\"callId\":\""u8],
            [.. "\",\"function\":\""u8],
            [.. "\",\"delivery\":"u8],
            [.. ",\"status\":"u8],
            [.. ",\"duration\":"u8]);
    }
}
