using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Paddlewheel.Engine.Integration.Support;

/// <summary>
/// Stands where the gateway stands: <c>/function/NAME[/path][?query]</c>. Every function is a <see cref="Behaviour"/>; a name nobody
/// gave one answers 404. Each call is recorded when it arrives and again when it ends.
/// </summary>
internal sealed class FunctionServer : IAsyncDisposable
{
    private const string Prefix = "/function/";

    private readonly ConcurrentDictionary<string, Behaviour> _functions = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, int> _attempts = new(StringComparer.Ordinal);
    private WebApplication? _app;
    private int _running;
    private int _runningMost;

    /// <summary>What <c>gateway_url</c> names.</summary>
    public Uri Url { get; private set; } = new("http://127.0.0.1:1");

    /// <summary>Calls whose request has been read.</summary>
    public Watch<Invocation> Arrived { get; } = new();

    /// <summary>Calls that were answered or abandoned.</summary>
    public Watch<Invocation> Ended { get; } = new();

    /// <summary>Calls running now.</summary>
    public int Running => Volatile.Read(ref _running);

    /// <summary>Most calls that ran at one time.</summary>
    public int RunningMost => Volatile.Read(ref _runningMost);

    public static async Task<FunctionServer> StartAsync(CancellationToken cancellationToken, int port = 0)
    {
        var server = new FunctionServer();
        (server._app, server.Url) = await Loopback.StartAsync(server.HandleAsync, port, cancellationToken);
        return server;
    }

    /// <summary>Gives a function its behaviour, or another one.</summary>
    public void On(string function, Behaviour behaviour) => _functions[function] = behaviour;

    /// <summary>Every arrival of one call, in order.</summary>
    public IReadOnlyList<Invocation> Of(string callId) => Arrived.Where(call => call.CallId == callId);

    public async ValueTask DisposeAsync()
    {
        if (_app is not null)
        {
            using var now = new CancellationTokenSource();
            await now.CancelAsync();
            await _app.StopAsync(now.Token);
            await _app.DisposeAsync();
        }
    }

    private async Task HandleAsync(HttpContext context)
    {
        string path = context.Request.Path.Value ?? "";
        if (!path.StartsWith(Prefix, StringComparison.Ordinal))
        {
            context.Response.StatusCode = 400;
            return;
        }

        byte[] body = await Loopback.BodyOfAsync(context.Request, context.RequestAborted);
        Invocation call = Recorded(context.Request, path[Prefix.Length..], body);
        Answer? answer = await RunAsync(call, context.RequestAborted);
        if (answer is not null)
        {
            await answer.WriteAsync(context);
        }
    }

    private Invocation Recorded(HttpRequest request, string path, byte[] body)
    {
        int slash = path.IndexOf('/', StringComparison.Ordinal);
        IReadOnlyDictionary<string, string[]> headers = Loopback.HeadersOf(request);
        string callId = headers.TryGetValue("X-Call-Id", out string[]? ids) ? string.Join(',', ids) : "";
        var call = new Invocation
        {
            Function = slash < 0 ? path : path[..slash],
            CallId = callId,
            Attempt = _attempts.AddOrUpdate(callId, 1, static (_, n) => n + 1),
            Method = request.Method,
            Path = slash < 0 ? "" : path[slash..],
            Query = (request.QueryString.Value ?? "").TrimStart('?'),
            Headers = headers,
            Body = body,
            Arrived = TimeProvider.System.GetTimestamp(),
        };

        Highest.Note(ref _runningMost, Interlocked.Increment(ref _running));

        Arrived.Add(call);
        return call;
    }

    private async Task<Answer?> RunAsync(Invocation call, CancellationToken gone)
    {
        try
        {
            Behaviour behaviour = _functions.GetValueOrDefault(call.Function) ?? Behaviours.Always(404);
            return await behaviour(call, gone);
        }
        catch (OperationCanceledException)
        {
            call.Aborted = true;
            return null;
        }
        finally
        {
            // Before the answer is on the wire: the worker may fill the slot again the moment it reads the last byte.
            call.Ended = TimeProvider.System.GetTimestamp();
            _ = Interlocked.Decrement(ref _running);
            Ended.Add(call);
        }
    }
}
