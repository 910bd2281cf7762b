using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using Microsoft.Extensions.Primitives;
using Paddlewheel.Engine.Callback;
using Paddlewheel.Engine.Options;
using Paddlewheel.Engine.Publish;
using Paddlewheel.Engine.Wire;
using Paddlewheel.Host.Endpoints;

namespace Paddlewheel.Host.Ingress;

/// <summary><c>POST /async-function/...</c>: validates, publishes, answers 202 once the stream has acknowledged (contract 13.2).</summary>
internal sealed class AsyncCallHandler(Enqueuer enqueuer, EngineOptions options, TimeProvider time)
{
    private const string DefaultQueue = "faas-request";

    /// <summary>Go's server keeps the first two out of the header map as well; the host has its own field, the id is added once.</summary>
    private static readonly string[] NotCopied = ["Host", "Transfer-Encoding", CallIdentity.Header];

    private readonly CallbackAllowList _allowedCallbacks = CallbackAllowList.From(options.AllowedCallbackUrls);

    public async Task HandleAsync(HttpContext context)
    {
        HttpRequest request = context.Request;
        if (!HttpMethods.IsPost(request.Method))
        {
            await Reply.NotAllowedAsync(context, "POST, DELETE");
            return;
        }

        if (!CallIdentity.TryTake(request.Headers[CallIdentity.Header], out string callId))
        {
            await Reply.TextAsync(context, StatusCodes.Status400BadRequest, $"{CallIdentity.Header} must be one value of at most {CallIdentity.MaxLength} visible ASCII characters");
            return;
        }

        context.Response.Headers[CallIdentity.Header] = callId;
        if (!AsyncRoute.TryParse(request.Path.Value!, out AsyncRoute route, out string problem) || !TryReadCallback(request, out Uri? callback, out problem))
        {
            await Reply.TextAsync(context, StatusCodes.Status400BadRequest, problem);
            return;
        }

        // Base64 makes three bytes four.
        int limit = enqueuer.MaxEnvelopeBytes / 4 * 3;
        if (await ReadBodyAsync(request, limit, context.RequestAborted) is not { } body)
        {
            await RefuseBodyAsync(context, limit);
            return;
        }

        var fields = new EnvelopeFields
        {
            Function = route.Function,
            Path = route.Path,
            QueryString = request.QueryString.HasValue ? request.QueryString.Value![1..] : null,
            Host = request.Host.HasValue ? request.Host.Value : null,
            QueueName = options.QueueName == DefaultQueue ? null : options.QueueName,
            Body = body,
            CallbackUrl = callback,
        };
        CopyHeaders(request, context.Response, fields.Header, callId);
        EnqueueResult result = await enqueuer.EnqueueAsync(fields, callId, context.RequestAborted);
        request.BodyReader.AdvanceTo(body.End);
        await AnswerAsync(context, result);
    }

    private static Task AnswerAsync(HttpContext context, EnqueueResult result)
    {
        switch (result.Outcome)
        {
            case EnqueueOutcome.Stored or EnqueueOutcome.Duplicate:
                context.Response.StatusCode = StatusCodes.Status202Accepted;
                return Task.CompletedTask;
            case EnqueueOutcome.TooLarge:
                return Reply.TextAsync(context, StatusCodes.Status413PayloadTooLarge, result.Reason);
            default:
                // The message may have been stored without our hearing of it: the same call id makes the second try safe.
                context.Response.Headers.RetryAfter = "1";
                return Reply.TextAsync(context, StatusCodes.Status503ServiceUnavailable, $"not queued: {result.Reason}; try again with the same {CallIdentity.Header}");
        }
    }

    private static Task RefuseBodyAsync(HttpContext context, int limit)
    {
        // The rest of the body is not read: the connection cannot carry another request.
        context.Response.Headers.Connection = "close";
        return Reply.TextAsync(context, StatusCodes.Status413PayloadTooLarge, $"the body may hold at most {limit} bytes");
    }

    /// <summary>The whole body in the server's own buffers; null when it is longer than <paramref name="limit"/>.</summary>
    private static async Task<ReadOnlySequence<byte>?> ReadBodyAsync(HttpRequest request, int limit, CancellationToken cancellationToken)
    {
        if (request.ContentLength > limit)
        {
            return null;
        }

        PipeReader reader = request.BodyReader;
        while (true)
        {
            ReadResult read = await reader.ReadAsync(cancellationToken);
            if (read.Buffer.Length > limit)
            {
                reader.AdvanceTo(read.Buffer.End);
                return null;
            }

            if (read.IsCompleted)
            {
                return read.Buffer;
            }

            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    private bool TryReadCallback(HttpRequest request, out Uri? callback, out string problem)
    {
        callback = null;
        problem = "X-Callback-Url must be one absolute http or https URL";
        StringValues sent = request.Headers["X-Callback-Url"];
        if (StringValues.IsNullOrEmpty(sent))
        {
            return true;
        }

        if (sent.Count != 1 || !Uri.TryCreate(sent[0], UriKind.Absolute, out callback)
            || (callback.Scheme != Uri.UriSchemeHttp && callback.Scheme != Uri.UriSchemeHttps) || callback.Host.Length == 0)
        {
            return false;
        }

        // The worker would refuse it after the function has run; here the caller still hears of it.
        problem = "X-Callback-Url is not in allowed_callback_urls";
        return _allowedCallbacks.Allows(callback.OriginalString);
    }

    private void CopyHeaders(HttpRequest request, HttpResponse response, IList<KeyValuePair<string, string>> header, string callId)
    {
        foreach ((string name, StringValues values) in request.Headers)
        {
            if (NotCopied.Contains(name, StringComparer.OrdinalIgnoreCase))
            {
                continue;
            }

            foreach (string? value in values)
            {
                header.Add(new(name, value ?? ""));
            }
        }

        string started = ((time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * 100).ToString(CultureInfo.InvariantCulture);
        header.Add(new(CallIdentity.Header, callId));
        header.Add(new("X-Start-Time", started));
        response.Headers["X-Start-Time"] = started;
    }
}
