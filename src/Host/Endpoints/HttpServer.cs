using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Paddlewheel.Host.Endpoints;

/// <summary>What a server is for and where it listens.</summary>
/// <param name="Name">In sentences, such as "the metrics server".</param>
/// <param name="Setting">The setting that moves it, named when the port is taken.</param>
/// <param name="Address">IP address to bind; empty is all of them.</param>
/// <param name="Port">0 takes a free one.</param>
internal sealed record HttpPlace(string Name, string Setting, string Address, int Port);

/// <summary>
/// A Kestrel with nothing around it: no configuration files, no environment, no signal handlers of its own. One delegate
/// gets every request, so nothing needs reflection.
/// </summary>
internal sealed class HttpServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private HttpServer(WebApplication app) => _app = app;

    /// <summary>Where it listens, such as <c>http://127.0.0.1:8081</c>.</summary>
    public Uri Url => new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()
        .Replace("0.0.0.0", "127.0.0.1", StringComparison.Ordinal)
        .Replace("[::]", "127.0.0.1", StringComparison.Ordinal));

    /// <exception cref="StartupException">The address cannot be had.</exception>
    public static async Task<HttpServer> StartAsync(HttpPlace place, RequestDelegate handle, Action<KestrelServerOptions>? configure = null)
    {
        IPAddress? address = null;
        if (place.Address.Length > 0 && !IPAddress.TryParse(place.Address, out address))
        {
            throw new StartupException($"{place.Name} cannot listen on '{place.Address}': give an IP address such as 0.0.0.0 or ::.");
        }

        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton<IHostLifetime, QuietLifetime>();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(options =>
        {
            options.AddServerHeader = false;
            if (address is null)
            {
                options.ListenAnyIP(place.Port);
            }
            else
            {
                options.Listen(address, place.Port);
            }

            configure?.Invoke(options);
        });
        WebApplication app = builder.Build();
        app.Run(handle);
        try
        {
            await app.StartAsync();
            return new HttpServer(app);
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            await app.DisposeAsync();
            string port = place.Port.ToString(CultureInfo.InvariantCulture);
            string what = e.InnerException is not null && e is IOException || e is SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse }
                ? "is in use by another program"
                : "cannot be had (" + e.Message + ")";
            throw new StartupException($"{place.Name} cannot start: port {port} {what}; stop that program, or set {place.Setting} in the environment to another port.", e);
        }
    }

    /// <summary>Takes no new connection and lets what runs finish for <paramref name="patience"/>.</summary>
    public async Task StopAsync(TimeSpan patience)
    {
        using var limit = new CancellationTokenSource(patience);
        await _app.StopAsync(limit.Token);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    /// <summary>Signals belong to the verb: the framework's own lifetime would take them too.</summary>
    private sealed class QuietLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
