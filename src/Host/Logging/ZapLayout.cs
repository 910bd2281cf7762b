using System.Globalization;
using Microsoft.Extensions.Logging;

namespace Paddlewheel.Host.Logging;

/// <summary>Order and punctuation of a line (contract 9): tabs and blanks for the console, zap's production keys for JSON.</summary>
internal static class ZapLayout
{
    // Microsoft's own entry with the template; it is no field.
    private const string Template = "{OriginalFormat}";

    /// <summary>time, level, caller, message and the fields as JSON with a blank after colon and comma, separated by tabs.</summary>
    public static void Console(
        ZapWriter line, DateTimeOffset time, LogLevel level, string category, EventId id, string message,
        IReadOnlyList<KeyValuePair<string, object?>>? fields, Exception? exception)
    {
        line.Iso(time);
        line.Raw("\t"u8);
        line.Raw(Level(level));
        line.Raw("\t"u8);
        Caller(line, category, id);
        line.Raw("\t"u8);
        line.Plain(message);
        var any = false;
        for (var i = 0; i < fields?.Count; i++)
        {
            if (fields[i].Key != Template)
            {
                Field(fields[i].Key, fields[i].Value);
            }
        }

        if (exception is not null)
        {
            Field("error", exception.ToString());
        }

        line.Raw(any ? "}\n"u8 : "\n"u8);

        void Field(string name, object? value)
        {
            line.Raw(any ? ", "u8 : "\t{"u8);
            any = true;
            line.Quoted(name);
            line.Raw(": "u8);
            line.Value(value);
        }
    }

    /// <summary>One object: level, ts, caller, msg and the fields. A field of such a name gets an underscore, so that no key stands twice.</summary>
    public static void Json(
        ZapWriter line, DateTimeOffset time, LogLevel level, string category, EventId id, string message,
        IReadOnlyList<KeyValuePair<string, object?>>? fields, Exception? exception)
    {
        line.Raw("{\"level\":\""u8);
        line.Raw(Level(level));
        line.Raw("\",\"ts\":"u8);
        line.Epoch(time);
        line.Raw(",\"caller\":\""u8);
        Caller(line, category, id);
        line.Raw("\",\"msg\":"u8);
        line.Quoted(message);
        for (var i = 0; i < fields?.Count; i++)
        {
            if (fields[i].Key != Template)
            {
                Field(fields[i].Key is "level" or "ts" or "caller" or "msg" or "error" ? fields[i].Key + "_" : fields[i].Key, fields[i].Value);
            }
        }

        if (exception is not null)
        {
            Field("error", exception.ToString());
        }

        line.Raw("}\n"u8);

        void Field(string name, object? value)
        {
            line.Raw(","u8);
            line.Quoted(name);
            line.Raw(":"u8);
            line.Value(value);
        }
    }

    // Ours is the name of the event, which stays when lines of code move.
    private static void Caller(ZapWriter line, string category, EventId id)
    {
        line.Plain(category);
        line.Raw("/"u8);
        line.Plain(id.Name ?? id.Id.ToString(CultureInfo.InvariantCulture));
    }

    private static ReadOnlySpan<byte> Level(LogLevel level) => level switch
    {
        LogLevel.Trace or LogLevel.Debug => "debug"u8,
        LogLevel.Information => "info"u8,
        LogLevel.Warning => "warn"u8,
        LogLevel.Error => "error"u8,
        _ => "fatal"u8,
    };
}
