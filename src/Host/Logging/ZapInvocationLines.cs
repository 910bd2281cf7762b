using Microsoft.Extensions.Logging;
using Paddlewheel.Engine.Telemetry;
using Paddlewheel.Host.Configuration;

namespace Paddlewheel.Host.Logging;

/// <summary>The lines of every message, from bytes to bytes: no string, no boxed number, nothing allocated.</summary>
internal sealed class ZapInvocationLog(ZapOutput output, LogEncoding encoding, LogLevel least, TimeProvider time) : IInvocationLog
{
    private const string Category = "jetstream-queue-worker";

    [ThreadStatic]
    private static ZapWriter? _line;

    public bool IsEnabled => least <= LogLevel.Information;

    public void Invoke(ReadOnlySpan<byte> callId, ReadOnlySpan<byte> function, int delivery)
    {
        ZapWriter line = Begin("Invoke");
        Fields(line, callId, function, delivery);
        End(line);
    }

    public void Invoked(ReadOnlySpan<byte> callId, ReadOnlySpan<byte> function, int delivery, int status, double seconds)
    {
        ZapWriter line = Begin("Invoked");
        Fields(line, callId, function, delivery);
        Name(line, ", "u8, ",\""u8, "status"u8);
        line.Number(status);
        Name(line, ", "u8, ",\""u8, "duration"u8);
        line.Number(Math.Round((decimal)seconds, 9));
        End(line);
    }

    private ZapWriter Begin(string message)
    {
        ZapWriter line = _line ??= new ZapWriter();
        line.Clear();
        DateTimeOffset now = time.GetUtcNow();
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
