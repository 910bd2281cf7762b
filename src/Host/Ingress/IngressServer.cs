using NATS.Client.Core;
using Paddlewheel.Engine.Calls;
using Paddlewheel.Engine.Options;
using Paddlewheel.Engine.Publish;
using Paddlewheel.Host.Endpoints;

namespace Paddlewheel.Host.Ingress;

/// <summary>The ingress: async calls to the queue, cancelled ones to the workers, health, and optionally everything else to a gateway.</summary>
internal sealed class IngressServer : IAsyncDisposable
{
    private readonly AsyncCallHandler _calls;
    private readonly CancelHandler _cancels;
    private readonly GatewayForwarder? _forwarder;
    private readonly NatsConnection _nats;
    private readonly Func<string>? _reason;
    private HttpServer _server = null!;

    private IngressServer(NatsConnection nats, EngineOptions options, Uri? gateway, TimeProvider time, Func<string>? reason)
    {
        _nats = nats;
        _reason = reason;
        _calls = new AsyncCallHandler(new Enqueuer(nats, options), options, time);
        _cancels = new CancelHandler(new Canceller(nats, options, time));
        _forwarder = gateway is null ? null : new GatewayForwarder(gateway);
    }

    public Uri Url => _server.Url;

    /// <param name="nats">Open or still connecting; calls are answered 503 until it is open.</param>
    /// <param name="options">Queue name, default namespace and the size limit.</param>
    /// <param name="place">Where to listen.</param>
    /// <param name="gateway">Gets what is not an async call; null answers 404.</param>
    /// <param name="time">The clock of <c>X-Start-Time</c>.</param>
    /// <param name="reason">Why NATS is not connected, for <c>/readyz</c>.</param>
    public static async Task<IngressServer> StartAsync(NatsConnection nats, EngineOptions options, HttpPlace place, Uri? gateway, TimeProvider time, Func<string>? reason = null)
    {
        var ingress = new IngressServer(nats, options, gateway, time, reason);

        // The size limit is the handler's: what is forwarded has the gateway's limit, not ours.
        ingress._server = await HttpServer.StartAsync(place, ingress.HandleAsync, static kestrel => kestrel.Limits.MaxRequestBodySize = null);
        return ingress;
    }

    /// <summary>Takes no new call; those being stored finish.</summary>
    public Task StopAsync(TimeSpan patience) => _server.StopAsync(patience);

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _forwarder?.Dispose();
    }

    private async Task HandleAsync(HttpContext context)
    {
        string path = context.Request.Path.Value ?? "/";
        try
        {
            await (path switch
            {
                _ when AsyncRoute.IsOurs(path) && HttpMethods.IsDelete(context.Request.Method) => _cancels.HandleAsync(context),
                _ when AsyncRoute.IsOurs(path) => _calls.HandleAsync(context),
                "/healthz" => Reply.TextAsync(context, StatusCodes.Status200OK, "alive"),
                "/readyz" => ReadyAsync(context),
                _ when _forwarder is not null => _forwarder.HandleAsync(context),
                _ => Reply.TextAsync(context, StatusCodes.Status404NotFound, "here is POST /async-function/NAME, and DELETE /async-function/CALL-ID"),
            });
        }
        catch (BadHttpRequestException e) when (!context.Response.HasStarted)
        {
            await Reply.TextAsync(context, e.StatusCode, "the request cannot be read: " + e.Message);
        }
        catch (Exception e) when (context.RequestAborted.IsCancellationRequested && e is OperationCanceledException or IOException)
        {
            // The caller left: nobody to answer.
        }
    }

    private Task ReadyAsync(HttpContext context) => _nats.ConnectionState == NatsConnectionState.Open
        ? Reply.TextAsync(context, StatusCodes.Status200OK, "ready")
        : Reply.TextAsync(context, StatusCodes.Status503ServiceUnavailable, "not ready: " + (_reason?.Invoke() is { Length: > 0 } reason ? reason : "not connected to NATS"));
}
