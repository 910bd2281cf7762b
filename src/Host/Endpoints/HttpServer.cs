using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Paddlewheel.Host.Endpoints;

/// <summary>What a server is for and where it listens.</summary>
/// <param name="Name">In sentences, such as "the metrics server".</param>
/// <param name="Setting">The setting that moves it, named when the port is taken.</param>
/// <param name="Address">IP address to bind; empty is all of them.</param>
/// <param name="Port">0 takes a free one.</param>
internal sealed record HttpPlace(string Name, string Setting, string Address, int Port);

/// <summary>
/// A Kestrel with nothing around it: no host, no container, no configuration files, no environment, no signal handlers. One
/// delegate gets every request. The container alone would take longer to start than the rest of the worker.
/// </summary>
internal sealed class HttpServer : IAsyncDisposable
{
    private readonly KestrelServer _kestrel;

    private HttpServer(KestrelServer kestrel) => _kestrel = kestrel;

    /// <summary>Where it listens, such as <c>http://127.0.0.1:8081</c>.</summary>
    public Uri Url => new(_kestrel.Features.Get<IServerAddressesFeature>()!.Addresses.First()
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

        var options = new KestrelServerOptions { AddServerHeader = false };
        if (address is null)
        {
            options.ListenAnyIP(place.Port);
        }
        else
        {
            options.Listen(address, place.Port);
        }

        configure?.Invoke(options);
        var sockets = new SocketTransportFactory(Options.Create(new SocketTransportOptions()), NullLoggerFactory.Instance);
        var kestrel = new KestrelServer(Options.Create(options), sockets, NullLoggerFactory.Instance);
        try
        {
            await kestrel.StartAsync(new OneDelegate(handle), CancellationToken.None);
            return new HttpServer(kestrel);
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            kestrel.Dispose();
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
        await _kestrel.StopAsync(limit.Token);
    }

    /// <summary>Ends it at once, whatever runs.</summary>
    public async ValueTask DisposeAsync()
    {
        await _kestrel.StopAsync(new CancellationToken(canceled: true));
        _kestrel.Dispose();
    }
}
