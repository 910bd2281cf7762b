using System.Net;
using System.Net.Security;
using System.Text;
using Paddlewheel.Engine.Callback;

namespace Paddlewheel.Engine.Invoke;

/// <summary>
/// The two HTTP clients of this worker, never shared: limits, credentials and pools of function calls and callbacks must not
/// mix. An invoker, not an HttpClient: one state machine and a timer less per call.
/// </summary>
internal static class HttpClients
{
    /// <summary>
    /// How long a connection is used before a call opens a new one, for which the name is resolved again: a gateway that moved is
    /// followed within this time. A call that runs is not cut.
    /// </summary>
    public static readonly TimeSpan ConnectionLifetime = TimeSpan.FromMinutes(2);

    /// <summary>For calls to functions through the gateway; <paramref name="connect"/> is for tests that play the name server.</summary>
    public static HttpMessageInvoker ForGateway(
        int maxInflight, TimeSpan connectTimeout, TimeSpan? lifetime = null, Func<SocketsHttpConnectionContext, CancellationToken, ValueTask<Stream>>? connect = null)
    {
        SocketsHttpHandler handler = Basic(maxInflight + 8, connectTimeout, lifetime);
        handler.ConnectCallback = connect;

        // Header lines are written from the message's own bytes, see HeaderBlock.
        handler.RequestHeaderEncodingSelector = static (_, request) => (request as SlotRequest)?.Block ?? Encoding.UTF8;
        handler.ResponseHeaderEncodingSelector = static (_, _) => Encoding.Latin1;
        return new HttpMessageInvoker(handler);
    }

    /// <summary>
    /// For callbacks; <paramref name="insecure"/> skips certificate checks here and nowhere else (contract 1.3). Only they are vetted by
    /// address: the caller of a function chooses their host, the operator chose the gateway's.
    /// </summary>
    public static HttpMessageInvoker ForCallbacks(int maxInflight, TimeSpan connectTimeout, bool insecure, VettedConnector connector, TimeSpan? lifetime = null)
    {
        SocketsHttpHandler handler = Basic(maxInflight, connectTimeout, lifetime);
        handler.ConnectCallback = (context, cancellationToken) => connector.ConnectAsync(context.DnsEndPoint, cancellationToken);
        handler.RequestHeaderEncodingSelector = static (_, _) => Encoding.Latin1;
        handler.ResponseHeaderEncodingSelector = static (_, _) => Encoding.Latin1;
#pragma warning disable CA5359 // tls_insecure says so; the operator asked for it by name.
        if (insecure)
        {
            handler.SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = static (_, _, _, _) => true };
        }
#pragma warning restore CA5359

        return new HttpMessageInvoker(handler);
    }

    // Each line answers a trap of .NET's defaults: redirects and cookies belong to the caller, the environment's proxy is not
    // for the gateway, a pool that never renews never sees a new gateway pod, an idle connection is closed by the other end first.
    private static SocketsHttpHandler Basic(int maxConnections, TimeSpan connectTimeout, TimeSpan? lifetime) => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        AutomaticDecompression = DecompressionMethods.None,
        ActivityHeadersPropagator = null,
        MaxConnectionsPerServer = maxConnections,
        ConnectTimeout = connectTimeout,
        PooledConnectionLifetime = lifetime ?? ConnectionLifetime,
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(20),
        MaxResponseHeadersLength = 64,
        ResponseDrainTimeout = TimeSpan.FromSeconds(2),
    };
}
