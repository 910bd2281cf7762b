using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Paddlewheel.Engine.Integration.Support;

/// <summary>What a test server answers.</summary>
internal sealed record Answer(int Status)
{
    public static Answer Ok { get; } = new(200);

    public byte[] Body { get; init; } = [];

    /// <summary>A name may repeat.</summary>
    public IReadOnlyList<(string Name, string Value)> Headers { get; init; } = [];

    /// <summary>No answer: the connection is reset after the request was read.</summary>
    public bool Reset { get; init; }

    public static Answer Text(string text, int status = 200) => new(status) { Body = Encoding.UTF8.GetBytes(text) };

    public Answer With(string name, string value) => this with { Headers = [.. Headers, (name, value)] };

    public async Task WriteAsync(HttpContext context)
    {
        if (Reset)
        {
            context.Abort();
            return;
        }

        context.Response.StatusCode = Status;
        foreach ((string name, string value) in Headers)
        {
            context.Response.Headers.Append(name, value);
        }

        context.Response.Headers.ContentLength = Status is 204 or 304 ? null : Body.Length;
        if (Body.Length > 0)
        {
            await context.Response.Body.WriteAsync(Body);
        }
    }

    public override string ToString() => Status.ToString(CultureInfo.InvariantCulture);
}
