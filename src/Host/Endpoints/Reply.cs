using System.Text;

namespace Paddlewheel.Host.Endpoints;

/// <summary>Short plain-text answers.</summary>
internal static class Reply
{
    /// <summary>Writes a status and one line.</summary>
    public static async Task TextAsync(HttpContext context, int status, string line)
    {
        byte[] body = Encoding.UTF8.GetBytes(line + "\n");
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        context.Response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await context.Response.Body.WriteAsync(body, context.RequestAborted);
        }
    }

    /// <summary>405 with what is allowed.</summary>
    public static Task NotAllowedAsync(HttpContext context, string allowed)
    {
        context.Response.Headers.Allow = allowed;
        return TextAsync(context, StatusCodes.Status405MethodNotAllowed, $"{context.Request.Method} is not allowed here; use {allowed}");
    }
}
