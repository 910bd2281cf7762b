using System.Text;
using Microsoft.Extensions.Logging;

namespace Paddlewheel.Engine.Telemetry;

/// <summary>
/// The two lines that are written for every message (contract 9). Apart from the rest of the ledger because they are on the
/// hot path: they take the message's own bytes, so that whoever writes them can do it without a string.
/// </summary>
internal interface IInvocationLog
{
    /// <summary>False when the level is off: then nothing is asked for and nothing is done.</summary>
    bool IsEnabled { get; }

    /// <param name="now">Time of the line: whoever logs has read the clock already.</param>
    /// <param name="callId">Id of the call.</param>
    /// <param name="function">Function's name.</param>
    /// <param name="delivery">Delivery, from 1.</param>
    void Invoke(DateTimeOffset now, ReadOnlySpan<byte> callId, ReadOnlySpan<byte> function, int delivery);

    /// <param name="now">Time of the line.</param>
    /// <param name="callId">Id of the call.</param>
    /// <param name="function">Function's name.</param>
    /// <param name="delivery">Delivery, from 1.</param>
    /// <param name="status">Status of the answer, or the one that stands for a failure.</param>
    /// <param name="seconds">Time of the call.</param>
    void Invoked(DateTimeOffset now, ReadOnlySpan<byte> callId, ReadOnlySpan<byte> function, int delivery, int status, double seconds);
}

/// <summary>The same lines through any logger.</summary>
internal sealed class LoggerInvocationLog(ILogger log) : IInvocationLog
{
    public bool IsEnabled => log.IsEnabled(LogLevel.Information);

    public void Invoke(DateTimeOffset now, ReadOnlySpan<byte> callId, ReadOnlySpan<byte> function, int delivery) => log.Invoke(Text(callId), Text(function), delivery);

    public void Invoked(DateTimeOffset now, ReadOnlySpan<byte> callId, ReadOnlySpan<byte> function, int delivery, int status, double seconds) =>
        log.Invoked(Text(callId), Text(function), delivery, status, seconds);

    private static string Text(ReadOnlySpan<byte> utf8) => Encoding.UTF8.GetString(utf8);
}
