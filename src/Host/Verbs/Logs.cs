using Paddlewheel.Engine.Telemetry;
using Paddlewheel.Host.Configuration;
using Paddlewheel.Host.Logging;

namespace Paddlewheel.Host.Verbs;

/// <summary>The process's loggers: one provider, on stderr as the original's (contract 1.1).</summary>
internal static class Logs
{
    /// <summary>Category of lines about the process itself.</summary>
    public const string Main = "jetstream-queue-worker";

    public static ILoggerFactory Create(HostOptions options, TimeProvider time) => Create(options, time, out _);

    /// <summary>The loggers, and the two lines of every message apart from them.</summary>
    public static ILoggerFactory Create(HostOptions options, TimeProvider time, out IInvocationLog invocations)
    {
        LogLevel least = options.Debug ? LogLevel.Debug : LogLevel.Information;
        var provider = new ZapLoggerProvider(Console.OpenStandardError(), options.LogEncoding, least, time);
        invocations = provider.Invocations;
        return new LoggerFactory([provider], new LoggerFilterOptions { MinLevel = least });
    }
}
