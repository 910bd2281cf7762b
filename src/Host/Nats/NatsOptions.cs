using NATS.Client.Core;
using Paddlewheel.Host.Configuration;

namespace Paddlewheel.Host.Nats;

/// <summary>The connection's settings, each against a measured failure.</summary>
internal static class NatsOptions
{
    /// <param name="options">The configuration.</param>
    /// <param name="unreadable">Told why a credential file cannot be read, at each try.</param>
    public static NatsOpts From(HostOptions options, Action<string>? unreadable = null) => new()
    {
        Url = options.NatsUrl,
        Name = $"queue-worker/{Environment.MachineName}/{Environment.ProcessId}",

        // Never give up: a worker without its server waits, and says so.
        RetryOnInitialConnect = true,
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
        AuthOpts = Auth(options, unreadable),
        TlsOpts = Tls(options),
    };

    private static NatsAuthOpts Auth(HostOptions options, Action<string>? unreadable) => !NatsCredentials.AreGiven(options)
        ? NatsAuthOpts.Default
        : new NatsAuthOpts { AuthCredCallback = (_, cancellationToken) => NatsCredentials.WaitForAsync(options, unreadable, cancellationToken) };

    private static NatsTlsOpts Tls(HostOptions options) => !options.NatsUsesTls
        ? NatsTlsOpts.Default
        : new NatsTlsOpts
        {
            // The default mode falls back to clear text when the server does not offer TLS.
            Mode = TlsMode.Require,
            CaFile = NullIfEmpty(options.NatsTlsCaFile),
            CertFile = NullIfEmpty(options.NatsTlsCertFile),
            KeyFile = NullIfEmpty(options.NatsTlsKeyFile),
            InsecureSkipVerify = options.NatsTlsInsecure,
        };

    private static string? NullIfEmpty(string value) => value.Length == 0 ? null : value;
}
