using Microsoft.AspNetCore.Http.Features;
using Paddlewheel.Engine.Calls;
using Paddlewheel.Host.Endpoints;

namespace Paddlewheel.Host.Ingress;

/// <summary><c>DELETE /async-function/CALL-ID</c>: 202 once the workers can know of it, whether there is such a call or not (contract 6).</summary>
internal sealed class CancelHandler(Canceller canceller)
{
    public async Task HandleAsync(HttpContext context)
    {
        if (!TryParse(context.Features.Get<IHttpRequestFeature>()?.RawTarget ?? "", out string callId))
        {
            await Reply.TextAsync(context, StatusCodes.Status400BadRequest, $"name a call: /async-function/CALL-ID, one segment of at most {CallIdentity.MaxLength} visible ASCII characters, escaped where a path needs it");
            return;
        }

        context.Response.Headers[CallIdentity.Header] = callId;
        string problem = await canceller.CancelAsync(callId, context.RequestAborted);
        if (problem.Length > 0)
        {
            context.Response.Headers.RetryAfter = "1";
            await Reply.TextAsync(context, StatusCodes.Status503ServiceUnavailable, $"not cancelled: {problem}; try again");
            return;
        }

        context.Response.StatusCode = StatusCodes.Status202Accepted;
    }

    /// <summary>
    /// The id, from the target as it was sent: of the decoded path one cannot tell whether a slash is the id's own. An id with a slash is
    /// sent as <c>%2F</c>; a second segment is somebody's mistake.
    /// </summary>
    public static bool TryParse(string target, out string callId)
    {
        callId = "";
        int start = target.IndexOf(AsyncRoute.Prefix, StringComparison.Ordinal);
        if (start < 0)
        {
            return false;
        }

        string segment = target[(start + AsyncRoute.Prefix.Length)..];
        int query = segment.IndexOf('?', StringComparison.Ordinal);
        segment = query < 0 ? segment : segment[..query];
        callId = Uri.UnescapeDataString(segment);
        return !segment.Contains('/', StringComparison.Ordinal) && CallIdentity.IsValid(callId);
    }
}
