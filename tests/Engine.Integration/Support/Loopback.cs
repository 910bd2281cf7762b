using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace Paddlewheel.Engine.Integration.Support;

/// <summary>A real Kestrel on a loopback port that gives every request to one delegate.</summary>
internal static class Loopback
{
    public static async Task<(WebApplication App, Uri Url)> StartAsync(RequestDelegate handle, int port, CancellationToken cancellationToken)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(System.Net.IPAddress.Loopback, port, static listen => listen.Protocols = HttpProtocols.Http1);
            kestrel.Limits.MaxRequestBodySize = null;
        });
        WebApplication app = builder.Build();
        app.Run(handle);
        await app.StartAsync(cancellationToken);
        string bound = app.Urls.Single();
        return (app, new Uri("http://127.0.0.1:" + new Uri(bound).Port.ToString(CultureInfo.InvariantCulture)));
    }

    /// <summary>The headers of a request as a plain dictionary that outlives it.</summary>
    public static IReadOnlyDictionary<string, string[]> HeadersOf(HttpRequest request)
    {
        var copy = new Dictionary<string, string[]>(StringComparer.OrdinalIgnoreCase);
        foreach (var header in request.Headers)
        {
            copy[header.Key] = [.. header.Value.Select(static v => v ?? "")];
        }

        return copy;
    }

    /// <summary>The whole body.</summary>
    public static async Task<byte[]> BodyOfAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body, cancellationToken);
        return body.ToArray();
    }
}
