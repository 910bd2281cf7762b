using Paddlewheel.Host.Configuration;

namespace Paddlewheel.Host.Logging;

/// <summary>
/// The lines of every message whatever is in them, field by field. <see cref="ZapInvocationLog"/> knows a shorter way for
/// plain ones; what it writes is measured against this.
/// </summary>
internal sealed class ZapInvocationLines(ZapOutput output, LogEncoding encoding)
{
    private const string Category = "jetstream-queue-worker";

    [ThreadStatic]
    private static ZapWriter? _line;

    public void Invoke(DateTimeOffset now, ReadOnlySpan<byte> callId, ReadOnlySpan<byte> function, int delivery)
    {
        ZapWriter line = Begin(now, "Invoke");
        Fields(line, callId, function, delivery);
        End(line);
    }

    public void Invoked(DateTimeOffset now, ReadOnlySpan<byte> callId, ReadOnlySpan<byte> function, int delivery, int status, double seconds)
    {
        ZapWriter line = Begin(now, "Invoked");
        Fields(line, callId, function, delivery);
        Name(line, ", "u8, ",\""u8, "status"u8);
        line.Number(status);
        Name(line, ", "u8, ",\""u8, "duration"u8);
        line.Number(Math.Round((decimal)seconds, 9));
        End(line);
    }

    private ZapWriter Begin(DateTimeOffset now, string message)
    {
        ZapWriter line = _line ??= new ZapWriter();
        line.Clear();
        if (encoding == LogEncoding.Json)
        {
            line.Raw("{\"level\":\"info\",\"ts\":"u8);
            line.Epoch(now);
            line.Raw(",\"caller\":\""u8);
            line.Plain(Category);
            line.Raw("/"u8);
            line.Plain(message);
            line.Raw("\",\"msg\":\""u8);
            line.Plain(message);
            line.Raw("\""u8);
        }
        else
        {
            line.Iso(now);
            line.Raw("\tinfo\t"u8);
            line.Plain(Category);
            line.Raw("/"u8);
            line.Plain(message);
            line.Raw("\t"u8);
            line.Plain(message);
        }

        return line;
    }

    private void Fields(ZapWriter line, ReadOnlySpan<byte> callId, ReadOnlySpan<byte> function, int delivery)
    {
        Name(line, "\t{"u8, ",\""u8, "callId"u8);
        line.Quoted(callId);
        Name(line, ", "u8, ",\""u8, "function"u8);
        line.Quoted(function);
        Name(line, ", "u8, ",\""u8, "delivery"u8);
        line.Number(delivery);
    }

    private void Name(ZapWriter line, ReadOnlySpan<byte> console, ReadOnlySpan<byte> json, ReadOnlySpan<byte> name)
    {
        if (encoding == LogEncoding.Json)
        {
            line.Raw(json);
            line.Raw(name);
            line.Raw("\":"u8);
        }
        else
        {
            line.Raw(console);
            line.Raw("\""u8);
            line.Raw(name);
            line.Raw("\": "u8);
        }
    }

    private void End(ZapWriter line)
    {
        line.Raw("}\n"u8);
        output.Write(line.Written.Span, urgent: false);
    }
}
