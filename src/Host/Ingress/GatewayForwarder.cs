using System.Net;
using System.Net.Http.Headers;
using Microsoft.Extensions.Primitives;
using Paddlewheel.Host.Endpoints;

namespace Paddlewheel.Host.Ingress;

/// <summary>Passes everything that is not an async call on to a gateway, streaming both ways, so that one address serves both (contract 13.3).</summary>
internal sealed class GatewayForwarder(Uri gateway) : IDisposable
{
    private static readonly string[] HopByHop =
        ["Connection", "Keep-Alive", "Proxy-Connection", "Proxy-Authenticate", "Proxy-Authorization", "TE", "Trailer", "Transfer-Encoding", "Upgrade"];

    private readonly HttpMessageInvoker _client = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        ActivityHeadersPropagator = null,
        ConnectTimeout = TimeSpan.FromSeconds(5),
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(20),
    });

    public async Task HandleAsync(HttpContext context)
    {
        HttpRequest request = context.Request;
        var target = new Uri(gateway.AbsoluteUri.TrimEnd('/') + request.Path.ToUriComponent() + request.QueryString.ToUriComponent());
        using var message = new HttpRequestMessage(new HttpMethod(request.Method), target);
        if (request.ContentLength is > 0 || request.Headers.TransferEncoding.Count > 0)
        {
            message.Content = new StreamContent(request.Body);
        }
        else if (!HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method))
        {
            // Without content a broken pooled connection would silently send the request twice.
            message.Content = new ByteArrayContent([]);
        }

        foreach ((string name, StringValues values) in request.Headers)
        {
            if (!IsHop(name) && !message.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values))
            {
                message.Content?.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values);
            }
        }

        HttpResponseMessage response;
        try
        {
            response = await _client.SendAsync(message, context.RequestAborted);
        }
        catch (HttpRequestException)
        {
            await Reply.TextAsync(context, StatusCodes.Status502BadGateway, $"the gateway at {gateway.Authority} did not answer");
            return;
        }

        using (response)
        {
            await CopyAsync(response, context);
        }
    }

    public void Dispose() => _client.Dispose();

    private static async Task CopyAsync(HttpResponseMessage response, HttpContext context)
    {
        context.Response.StatusCode = (int)response.StatusCode;
        foreach ((string name, HeaderStringValues values) in response.Headers.NonValidated.Concat(response.Content.Headers.NonValidated))
        {
            if (!IsHop(name))
            {
                context.Response.Headers[name] = values.Count == 1 ? new StringValues(values.ToString()) : new StringValues([.. values]);
            }
        }

        if (response.StatusCode is not (HttpStatusCode.NoContent or HttpStatusCode.NotModified) && !HttpMethods.IsHead(context.Request.Method))
        {
            await response.Content.CopyToAsync(context.Response.Body, context.RequestAborted);
        }
    }

    private static bool IsHop(string name) => HopByHop.Contains(name, StringComparer.OrdinalIgnoreCase);
}
