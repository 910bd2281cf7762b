using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Paddlewheel.Engine.Telemetry;
using Paddlewheel.Host.Configuration;

namespace Paddlewheel.Host.Logging;

/// <summary>Log lines in the two encodings that the original writes (contract 9), to one stream, a whole line at a time.</summary>
internal sealed class ZapLoggerProvider : ILoggerProvider
{
    private readonly ConcurrentDictionary<string, ZapLogger> _loggers = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();
    private readonly ZapWriter _line = new();
    private readonly ZapOutput _output;
    private readonly LogEncoding _encoding;
    private readonly TimeProvider _time;

    /// <param name="output">Where lines go; not closed here.</param>
    /// <param name="encoding">Console or JSON.</param>
    /// <param name="least">Lowest level written.</param>
    /// <param name="time">The clock of the time stamps.</param>
    public ZapLoggerProvider(Stream output, LogEncoding encoding, LogLevel least, TimeProvider time)
    {
        (_output, _encoding, _time) = (new ZapOutput(output, time), encoding, time);
        Least = least;
    }

    /// <summary>Lowest level written.</summary>
    public LogLevel Least { get; }

    public ILogger CreateLogger(string categoryName) => _loggers.GetOrAdd(categoryName, static (name, me) => new ZapLogger(me, name), this);

    /// <summary>The lines of every message, written to the same place without passing through a logger.</summary>
    public IInvocationLog Invocations => new ZapInvocationLog(_output, _encoding, Least);

    /// <summary>Writes out what waits; the last thing before the process ends.</summary>
    public void Flush() => _output.Flush();

    public void Dispose() => _output.Dispose();

    internal void Write(LogLevel level, string category, EventId id, string message, IReadOnlyList<KeyValuePair<string, object?>>? fields, Exception? exception)
    {
        lock (_gate)
        {
            _line.Clear();
            if (_encoding == LogEncoding.Json)
            {
                ZapLayout.Json(_line, _time.GetUtcNow(), level, category, id, message, fields, exception);
            }
            else
            {
                ZapLayout.Console(_line, _time.GetUtcNow(), level, category, id, message, fields, exception);
            }

            _output.Write(_line.Written.Span, urgent: level >= LogLevel.Warning);
        }
    }
}
