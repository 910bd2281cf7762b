using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Paddlewheel.Engine.Integration.Support;

/// <summary>Receives callbacks and keeps what came, as it came.</summary>
internal sealed class CallbackServer : IAsyncDisposable
{
    private WebApplication? _app;
    private int _refusals;
    private int _refusalStatus;

    /// <summary>Root of this server; any path is accepted.</summary>
    public Uri Url { get; private set; } = new("http://127.0.0.1:1");

    /// <summary>Callbacks, refused ones too.</summary>
    public Watch<ReceivedCallback> Received { get; } = new();

    public static async Task<CallbackServer> StartAsync(CancellationToken cancellationToken)
    {
        var server = new CallbackServer();
        (server._app, server.Url) = await Loopback.StartAsync(server.HandleAsync, port: 0, cancellationToken);
        return server;
    }

    /// <summary>Refuses the next <paramref name="count"/> callbacks with <paramref name="status"/>.</summary>
    public void Refuse(int count, int status)
    {
        _refusalStatus = status;
        Volatile.Write(ref _refusals, count);
    }

    public async ValueTask DisposeAsync()
    {
        if (_app is not null)
        {
            await _app.DisposeAsync();
        }
    }

    private async Task HandleAsync(HttpContext context)
    {
        byte[] body = await Loopback.BodyOfAsync(context.Request, context.RequestAborted);
        bool refused = Interlocked.Decrement(ref _refusals) >= 0;
        context.Response.StatusCode = refused ? _refusalStatus : 202;
        Received.Add(new ReceivedCallback(
            context.Request.Method,
            context.Request.Path + context.Request.QueryString.Value,
            Loopback.HeadersOf(context.Request),
            body,
            refused));
    }
}

/// <summary>One callback as its receiver saw it.</summary>
internal sealed record ReceivedCallback(string Method, string Target, IReadOnlyDictionary<string, string[]> Headers, byte[] Body, bool Refused)
{
    public string CallId => Header("X-Call-Id");

    public string Text => System.Text.Encoding.UTF8.GetString(Body);

    /// <summary>The header's values joined by a comma; empty when absent.</summary>
    public string Header(string name) => Headers.TryGetValue(name, out string[]? values) ? string.Join(',', values) : "";
}
