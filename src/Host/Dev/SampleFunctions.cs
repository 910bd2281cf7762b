using System.Collections.Concurrent;
using System.Globalization;
using Paddlewheel.Host.Endpoints;

namespace Paddlewheel.Host.Dev;

/// <summary>
/// What stands in for a gateway with functions: <c>echo</c>, <c>sleep</c> (2 s, or <c>?ms=</c>), <c>flaky</c> (fails twice
/// per call id, then succeeds), <c>busy</c> (429 above five at a time) and a receiver that prints the callbacks it gets.
/// </summary>
internal sealed class SampleFunctions(Action<string> say, TimeProvider time) : IAsyncDisposable
{
    /// <summary>Tries of <c>flaky</c> that fail before one succeeds.</summary>
    public const int FlakyFailures = 2;

    /// <summary>Calls of <c>busy</c> that run at a time.</summary>
    public const int BusyLimit = 5;

    private const int MostRemembered = 100_000;
    private static readonly TimeSpan BusyTime = TimeSpan.FromMilliseconds(200);

    private readonly ConcurrentDictionary<string, int> _tries = new(StringComparer.Ordinal);
    private HttpServer _server = null!;
    private int _busy;

    /// <summary>What <c>gateway_url</c> is set to.</summary>
    public Uri Url => _server.Url;

    public static async Task<SampleFunctions> StartAsync(Action<string> say, TimeProvider time)
    {
        var functions = new SampleFunctions(say, time);
        var place = new HttpPlace("the sample function server", "(none)", "127.0.0.1", 0);
        functions._server = await HttpServer.StartAsync(place, functions.HandleAsync, static kestrel => kestrel.Limits.MaxRequestBodySize = null);
        return functions;
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private Task HandleAsync(HttpContext context)
    {
        string[] parts = (context.Request.Path.Value ?? "").Split('/', 4);
        return parts switch
        {
            ["", "function", var name, ..] => name.Split('.')[0] switch
            {
                "echo" => EchoAsync(context),
                "sleep" => SleepAsync(context),
                "flaky" => FlakyAsync(context),
                "busy" => BusyAsync(context),
                _ => Reply.TextAsync(context, StatusCodes.Status404NotFound, $"no function {name}; here are echo, sleep, flaky and busy"),
            },
            ["", "callback", ..] => CallbackAsync(context),
            _ => Reply.TextAsync(context, StatusCodes.Status404NotFound, "here are POST /async-function/NAME and /function/NAME with echo, sleep, flaky and busy"),
        };
    }

    private static async Task EchoAsync(HttpContext context)
    {
        context.Response.ContentType = context.Request.ContentType;
        await context.Request.Body.CopyToAsync(context.Response.Body, context.RequestAborted);
    }

    private async Task SleepAsync(HttpContext context)
    {
        bool given = int.TryParse(context.Request.Query["ms"], NumberStyles.None, CultureInfo.InvariantCulture, out int milliseconds);
        TimeSpan nap = TimeSpan.FromMilliseconds(given ? milliseconds : 2000);
        await Task.Delay(nap, time, context.RequestAborted);
        await Reply.TextAsync(context, StatusCodes.Status200OK, string.Create(CultureInfo.InvariantCulture, $"slept {nap.TotalSeconds:0.###} s"));
    }

    private Task FlakyAsync(HttpContext context)
    {
        if (_tries.Count > MostRemembered)
        {
            _tries.Clear();
        }

        int tries = _tries.AddOrUpdate(context.Request.Headers["X-Call-Id"].ToString(), 1, static (_, before) => before + 1);
        return tries <= FlakyFailures
            ? Reply.TextAsync(context, StatusCodes.Status503ServiceUnavailable, $"try {tries} fails")
            : Reply.TextAsync(context, StatusCodes.Status200OK, $"try {tries} succeeds");
    }

    private async Task BusyAsync(HttpContext context)
    {
        try
        {
            if (Interlocked.Increment(ref _busy) > BusyLimit)
            {
                await Reply.TextAsync(context, StatusCodes.Status429TooManyRequests, "busy");
                return;
            }

            await Task.Delay(BusyTime, time, context.RequestAborted);
            await Reply.TextAsync(context, StatusCodes.Status200OK, "done");
        }
        finally
        {
            Interlocked.Decrement(ref _busy);
        }
    }

    private async Task CallbackAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        IHeaderDictionary headers = context.Request.Headers;
        say($"callback: {headers["X-Function-Name"]} call {headers["X-Call-Id"]} ended with status {headers["X-Function-Status"]}, {body.Length} bytes: {Printable(body)}");
        context.Response.StatusCode = StatusCodes.Status202Accepted;
    }

    /// <summary>A response may hold anything: a terminal gets its beginning, without control characters.</summary>
    private static string Printable(MemoryStream body)
    {
        const int Shown = 100;
        string text = System.Text.Encoding.UTF8.GetString(body.GetBuffer(), 0, (int)Math.Min(body.Length, Shown)).TrimEnd();
        return string.Concat(text.Select(static c => char.IsControl(c) ? ' ' : c)) + (body.Length > Shown ? "..." : "");
    }
}
