using Paddlewheel.Engine.Pipeline;
using Prometheus;

namespace Paddlewheel.Host.Endpoints;

/// <summary>
/// What the worker serves on its metrics port (contract 8): <c>/metrics</c>, <c>/healthz</c> for "restart me",
/// <c>/readyz</c> for "send me work". Reasons are plain text, meant for a person reading a failing probe.
/// </summary>
internal sealed class WorkerEndpoints(CollectorRegistry registry, Func<WorkerHealth?> health)
{
    private const string MetricsType = "text/plain; version=0.0.4; charset=utf-8";

    public Task HandleAsync(HttpContext context)
    {
        if (!HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method))
        {
            return Reply.NotAllowedAsync(context, "GET, HEAD");
        }

        return context.Request.Path.Value switch
        {
            "/metrics" => MetricsAsync(context),
            "/healthz" => AnswerAsync(context, health() is not { IsAlive: false }, "alive"),
            "/readyz" => AnswerAsync(context, health() is { IsReady: true }, "ready", health()?.Note ?? ""),
            _ => Reply.TextAsync(context, StatusCodes.Status404NotFound, "here are /metrics, /healthz and /readyz"),
        };
    }

    private Task AnswerAsync(HttpContext context, bool well, string word, string note = "")
    {
        string reason = health()?.Reason ?? "starting";
        return well
            ? Reply.TextAsync(context, StatusCodes.Status200OK, note.Length > 0 ? $"{word}; {note}" : word)
            : Reply.TextAsync(context, StatusCodes.Status503ServiceUnavailable, $"not {word}: {reason}");
    }

    private async Task MetricsAsync(HttpContext context)
    {
        context.Response.ContentType = MetricsType;
        if (HttpMethods.IsGet(context.Request.Method))
        {
            await registry.CollectAndExportAsTextAsync(context.Response.Body, context.RequestAborted);
        }
    }
}
