using System.Security.Authentication;
using Microsoft.Extensions.Logging;
using NATS.Client.Core;

namespace Paddlewheel.Engine.Pipeline;

/// <summary>
/// Why NATS cannot be used, in words. The client tells the cause of a failed connect to nobody but its log, so this stands in
/// for that log. Safe from any thread.
/// </summary>
internal sealed class ConnectionTrouble : ILoggerFactory, ILogger
{
    private volatile string _reason = "";

    /// <summary>The latest cause; empty when nothing is wrong or nothing is known.</summary>
    public string Reason => _reason;

    /// <summary>The trouble of a connection; null when it was made without.</summary>
    public static ConnectionTrouble? Of(NatsConnection nats) => nats.Opts.LoggerFactory as ConnectionTrouble;

    public void Note(string reason) => _reason = reason;

    /// <summary>Keeps what is known when the exception says less than that.</summary>
    public void Note(Exception exception)
    {
        Exception cause = exception.GetBaseException();
        bool saysLittle = cause is OperationCanceledException || (cause is NatsException and not NatsServerException && cause.Message.StartsWith("can not connect", StringComparison.Ordinal));
        if (!saysLittle || _reason.Length == 0)
        {
            _reason = InWords(exception);
        }
    }

    public void Clear() => _reason = "";

    /// <summary>The causes without the wrappers that only repeat the address.</summary>
    public static string InWords(Exception exception)
    {
        Exception cause = exception.GetBaseException();
        for (Exception? one = exception; one is not null; one = one.InnerException)
        {
            if (one is AuthenticationException)
            {
                return "TLS: " + (ReferenceEquals(one, cause) ? one.Message : $"{one.Message} ({cause.Message})");
            }
        }

        return cause switch
        {
            NatsServerException refused => "the server says: " + refused.Error,
            OperationCanceledException => "the connection ended before it was established",
            TimeoutException => "no answer in time",
            _ => cause.Message,
        };
    }

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider)
    {
    }

    public void Dispose()
    {
    }

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (exception is not null && logLevel >= LogLevel.Warning)
        {
            Note(exception);
        }
    }
}
