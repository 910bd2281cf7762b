// SYSLIB1015: a field of ours stands outside the message on purpose, so that the message is a constant that can be searched.
#pragma warning disable SYSLIB1015
using Microsoft.Extensions.Logging;

namespace Paddlewheel.Engine.Telemetry;

/// <summary>
/// The ledger of log lines (contract 9). Message and field names are a contract with whoever searches the logs; an event id is never
/// used twice. Bodies, headers and query strings have no field here, so they cannot be logged. A field is a parameter outside
/// the message; call sites that must make strings first ask <see cref="ILogger.IsEnabled"/>.
/// </summary>
internal static partial class Log
{
    // 1-19: start-up
    [LoggerMessage(1, LogLevel.Information, "Starting")]
    public static partial void Starting(this ILogger logger, int maxInflight, string stream, string durable);

    [LoggerMessage(2, LogLevel.Information, "Subscribed")]
    public static partial void Subscribed(this ILogger logger, string stream, string durable);

    [LoggerMessage(3, LogLevel.Information, "JetStream queue-worker")]
    public static partial void Version(this ILogger logger, string version, string gitCommit);

    [LoggerMessage(4, LogLevel.Information, "Starting metrics server on port {port}")]
    public static partial void MetricsServer(this ILogger logger, int port);

    [LoggerMessage(5, LogLevel.Information, "Stream created")]
    public static partial void StreamCreated(this ILogger logger, string stream, string subjects);

    [LoggerMessage(6, LogLevel.Information, "Consumer created")]
    public static partial void ConsumerCreated(this ILogger logger, string stream, string durable);

    [LoggerMessage(7, LogLevel.Information, "Adopted")]
    public static partial void Adopted(this ILogger logger, string stream, string durable, ulong pending, int ackPending);

    [LoggerMessage(10, LogLevel.Warning, "Stored messages of this stream will now run")]
    public static partial void LegacyBacklog(this ILogger logger, string stream, string durable, long messages);

    [LoggerMessage(8, LogLevel.Warning, "Configuration")]
    public static partial void ConfigurationWarning(this ILogger logger, string warning);

    [LoggerMessage(9, LogLevel.Information, "Ready")]
    public static partial void Ready(this ILogger logger);

    // 20-39: the walk of a delivery
    [LoggerMessage(20, LogLevel.Information, "Invoke")]
    public static partial void Invoke(this ILogger logger, string callId, string function, int delivery);

    [LoggerMessage(21, LogLevel.Information, "Invoked")]
    public static partial void Invoked(this ILogger logger, string callId, string function, int delivery, int status, double duration);

    [LoggerMessage(22, LogLevel.Information, "Posted result")]
    public static partial void PostedResult(this ILogger logger, string callId, string function, string url, int status);

    /// <param name="logger">The logger.</param>
    /// <param name="callId">Id of the call.</param>
    /// <param name="function">Function's name.</param>
    /// <param name="delivery">Delivery that failed, from 1.</param>
    /// <param name="status">Its status.</param>
    /// <param name="wait">Seconds until the next try.</param>
    /// <param name="reason">Slug of the cause.</param>
    [LoggerMessage(23, LogLevel.Information, "Retry")]
    public static partial void Retry(this ILogger logger, string callId, string function, int delivery, int status, double wait, string reason);

    [LoggerMessage(24, LogLevel.Warning, "Retries exhausted")]
    public static partial void Exhausted(this ILogger logger, string callId, string function, int delivery, int status);

    [LoggerMessage(25, LogLevel.Warning, "Message terminated")]
    public static partial void Poison(this ILogger logger, string stream, ulong sequence, string reason);

    [LoggerMessage(26, LogLevel.Information, "Callback retry")]
    public static partial void CallbackRetry(this ILogger logger, string callId, string function, string url, int status, double wait);

    [LoggerMessage(27, LogLevel.Warning, "Callback failed")]
    public static partial void CallbackFailed(this ILogger logger, string callId, string function, string url, int status, string reason);

    [LoggerMessage(28, LogLevel.Warning, "Lease lost")]
    public static partial void LeaseLost(this ILogger logger, string stream, ulong sequence, int delivery);

    [LoggerMessage(29, LogLevel.Warning, "Dropped")]
    public static partial void Dropped(this ILogger logger, string stream, ulong sequence, string reason);

    [LoggerMessage(30, LogLevel.Debug, "Duplicate suppressed")]
    public static partial void DuplicateSuppressed(this ILogger logger, string stream, ulong sequence);

    [LoggerMessage(31, LogLevel.Warning, "Annotation ignored")]
    public static partial void InvalidAnnotation(this ILogger logger, string function, string annotation, string value);

    /// <param name="logger">The logger.</param>
    /// <param name="callId">Id of the call.</param>
    /// <param name="function">Function's name.</param>
    /// <param name="delivery">Delivery, from 1, that was not invoked or was ended; the call is over.</param>
    [LoggerMessage(32, LogLevel.Information, "Cancelled")]
    public static partial void Cancelled(this ILogger logger, string callId, string function, int delivery);

    [LoggerMessage(38, LogLevel.Warning, "Callback blocked")]
    public static partial void CallbackBlocked(this ILogger logger, string callId, string function, string url, string reason);

    [LoggerMessage(39, LogLevel.Warning, "Message quarantined")]
    public static partial void Quarantined(this ILogger logger, string stream, ulong sequence, int delivery);

    // 40-59: NATS
    [LoggerMessage(40, LogLevel.Warning, "Waiting for NATS")]
    public static partial void WaitingForNats(this ILogger logger, string url, double wait, string reason);

    [LoggerMessage(41, LogLevel.Information, "Connected to NATS")]
    public static partial void Connected(this ILogger logger, string server, string version);

    [LoggerMessage(42, LogLevel.Warning, "Disconnected from NATS")]
    public static partial void Disconnected(this ILogger logger, string reason);

    [LoggerMessage(43, LogLevel.Information, "Reconnected to NATS")]
    public static partial void Reconnected(this ILogger logger, string server);

    [LoggerMessage(44, LogLevel.Warning, "Consumer lost")]
    public static partial void ConsumerLost(this ILogger logger, string stream, string durable, string reason);

    [LoggerMessage(46, LogLevel.Debug, "Pull status")]
    public static partial void PullStatus(this ILogger logger, string stream, string durable, int status, string description);

    [LoggerMessage(47, LogLevel.Warning, "JetStream request failed")]
    public static partial void RequestFailed(this ILogger logger, string request, string reason, double wait);

    [LoggerMessage(48, LogLevel.Warning, "Stream was made anew")]
    public static partial void StreamReplaced(this ILogger logger, string stream);

    [LoggerMessage(49, LogLevel.Warning, "Server is silent")]
    public static partial void HeartbeatMissed(this ILogger logger, string stream, string durable);

    [LoggerMessage(50, LogLevel.Warning, "Ack not sent, trying again")]
    public static partial void AckNotSent(this ILogger logger, string kind, string reason);

    [LoggerMessage(51, LogLevel.Error, "Consumer is ahead of its stream")]
    public static partial void ConsumerAhead(this ILogger logger, string stream, string durable, ulong delivered, ulong last);

    [LoggerMessage(52, LogLevel.Warning, "Queue depth is not known")]
    public static partial void DepthUnknown(this ILogger logger, string reason);

    [LoggerMessage(53, LogLevel.Warning, "This nats-server can lose its place on a crash; 2.11.2 or newer does not")]
    public static partial void OldServer(this ILogger logger, string version);

    [LoggerMessage(54, LogLevel.Warning, "Flush failed")]
    public static partial void FlushFailed(this ILogger logger, string reason);

    [LoggerMessage(55, LogLevel.Debug, "Callback error")]
    public static partial void CallbackError(this ILogger logger, string callId, string url, string reason);

    [LoggerMessage(56, LogLevel.Warning, "NATS credentials cannot be read, waiting for them")]
    public static partial void CredentialsUnreadable(this ILogger logger, string reason);

    [LoggerMessage(57, LogLevel.Warning, "Delivery pauses: max_ack_pending of the consumer is reached, and retries that wait count in it")]
    public static partial void PendingLimitReached(this ILogger logger, string stream, string durable, long ackPending, long maxAckPending);

    [LoggerMessage(58, LogLevel.Information, "Delivery goes on")]
    public static partial void PendingLimitLeft(this ILogger logger, string stream, string durable, long ackPending, long maxAckPending);

    [LoggerMessage(59, LogLevel.Warning, "NATS server refuses")]
    public static partial void Refused(this ILogger logger, string reason);

    // 60-79: shutdown and faults
    [LoggerMessage(60, LogLevel.Information, "Drain started")]
    public static partial void DrainStarted(this ILogger logger, int running, int waiting);

    [LoggerMessage(61, LogLevel.Information, "Drain done")]
    public static partial void DrainDone(this ILogger logger, double duration, int left);

    [LoggerMessage(62, LogLevel.Warning, "Drain cut short")]
    public static partial void DrainCut(this ILogger logger, int left, string reason);

    [LoggerMessage(63, LogLevel.Error, "Block faulted")]
    public static partial void BlockFaulted(this ILogger logger, string block, Exception exception);

    [LoggerMessage(64, LogLevel.Error, "Timer failed")]
    public static partial void TimerFailed(this ILogger logger, Exception exception);

    [LoggerMessage(65, LogLevel.Error, "Unexpected failure")]
    public static partial void Unexpected(this ILogger logger, string where, Exception exception);

    // 70-79: function mode
    [LoggerMessage(70, LogLevel.Information, "Consumer removed")]
    public static partial void ConsumerRemoved(this ILogger logger, string stream, string durable);

    [LoggerMessage(71, LogLevel.Debug, "Function of a subject is not known yet")]
    public static partial void FunctionNotNamed(this ILogger logger, string stream, string subject, string error);

    [LoggerMessage(72, LogLevel.Information, "Starting in function mode")]
    public static partial void StartingFunctions(this ILogger logger, int maxInflight, string stream, bool limiter);

    [LoggerMessage(73, LogLevel.Information, "Consumer of a function created")]
    public static partial void FunctionConsumerCreated(this ILogger logger, string stream, string durable, string subject);

    // 80-89: mode switch
    [LoggerMessage(80, LogLevel.Information, "Taking the queue over for another mode")]
    public static partial void ModeClaimed(this ILogger logger, string stream, string mode, int epoch, bool first);

    [LoggerMessage(81, LogLevel.Information, "The queue is served in this mode from now on")]
    public static partial void ModeInForce(this ILogger logger, string stream, string mode, int epoch);

    [LoggerMessage(82, LogLevel.Warning, "Superseded: workers of the other mode have the queue, this one finishes what it has")]
    public static partial void ModeSuperseded(this ILogger logger, string stream, string mode, int epoch);

    [LoggerMessage(83, LogLevel.Information, "Consumer gets nothing new, and keeps what it has until that is done")]
    public static partial void ConsumerFenced(this ILogger logger, string stream, string durable, ulong upTo, long ackPending);

    [LoggerMessage(84, LogLevel.Warning, "Consumer replaced: what its readers had in hand is delivered again")]
    public static partial void ConsumerReplaced(this ILogger logger, string stream, string durable, long ackPending);

    [LoggerMessage(85, LogLevel.Debug, "Mode of the queue is not known")]
    public static partial void ModeUnknown(this ILogger logger, string stream, string reason);

    // 90-99: cancellation
    [LoggerMessage(90, LogLevel.Warning, "Cancelled calls are not known")]
    public static partial void CancelledUnknown(this ILogger logger, string reason, double wait);

    [LoggerMessage(91, LogLevel.Warning, "Calls cannot be cancelled: the server refuses what that needs, all else works")]
    public static partial void CancellationRefused(this ILogger logger, string reason);

    [LoggerMessage(92, LogLevel.Warning, "More calls are cancelled than are remembered: the oldest are forgotten")]
    public static partial void CancelledFull(this ILogger logger, int most);
}
