using NATS.Client.Core;
using Paddlewheel.Engine.Pipeline;
using Paddlewheel.Host.Configuration;

namespace Paddlewheel.Host.Nats;

/// <summary>The connection's settings, each against a measured failure.</summary>
internal static class NatsOptions
{
    /// <param name="options">The configuration.</param>
    /// <param name="unreadable">Told why a credential file cannot be read, at each try.</param>
    public static NatsOpts From(HostOptions options, Action<string>? unreadable = null)
    {
        var trouble = new ConnectionTrouble();
        return new NatsOpts
        {
            Url = options.NatsUrl,
            Name = $"queue-worker/{Environment.MachineName}/{Environment.ProcessId}",

            // Never give up: a worker without its server waits, and says so. It waits by itself: the client's own wait hides why.
            RetryOnInitialConnect = unreadable is null,
            LoggerFactory = trouble,
            MaxReconnectRetry = -1,
            ReconnectWaitMin = TimeSpan.FromMilliseconds(250),
            ReconnectWaitMax = TimeSpan.FromSeconds(5),
            ReconnectJitter = TimeSpan.FromMilliseconds(250),
            ConnectTimeout = TimeSpan.FromSeconds(5),

            // A half-open socket is noticed in about three intervals; the default would take four to six minutes.
            PingInterval = TimeSpan.FromSeconds(10),
            MaxPingOut = 2,
            RequestTimeout = TimeSpan.FromSeconds(5),
            CommandTimeout = TimeSpan.FromSeconds(5),

            // Two refusals in a row would otherwise end the connection for good, also after the password works again.
            IgnoreAuthErrorAbort = true,

            // Closing would otherwise throw away acks that are still in the write buffer.
            DrainSubscriptionsOnDispose = true,
            DrainPingTimeout = TimeSpan.FromSeconds(2),
            HeaderEncoding = System.Text.Encoding.Latin1,
            AuthOpts = Auth(options, trouble, unreadable),
            TlsOpts = NatsTls.From(options),
        };
    }

    private static NatsAuthOpts Auth(HostOptions options, ConnectionTrouble trouble, Action<string>? unreadable) => !NatsCredentials.AreGiven(options)
        ? NatsAuthOpts.Default
        : new NatsAuthOpts
        {
            AuthCredCallback = (_, cancellationToken) => NatsCredentials.WaitForAsync(
                options,
                reason =>
                {
                    trouble.Note(reason);
                    unreadable?.Invoke(reason);
                },
                cancellationToken),
        };
}
