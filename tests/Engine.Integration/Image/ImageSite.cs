using Paddlewheel.Engine.Integration.Support;

namespace Paddlewheel.Engine.Integration.Image;

/// <summary>What the main chart's worker finds in a cluster, under the names and ports the chart gives it; on loopback here.</summary>
internal sealed class ImageSite : IAsyncDisposable
{
    public const string NatsHost = "nats.openfaas.svc.cluster.local";
    public const string GatewayHost = "gateway.openfaas.svc.cluster.local";

    private readonly NatsServer _nats;
    private readonly TempFolder _secret = new();
    private readonly string _image;

    private ImageSite(string image, NatsServer nats, FunctionServer functions) =>
        (_image, _nats, Functions, Queue) = (image, nats, functions, new Queue(nats, "faas-request"));

    public FunctionServer Functions { get; }

    public Queue Queue { get; }

    public static async Task<ImageSite> StartAsync(string image, CancellationToken cancellationToken)
    {
        NatsServer nats = await NatsServer.StartAsync(cancellationToken, port: 4222);
        var site = new ImageSite(image, nats, await FunctionServer.StartAsync(cancellationToken, port: 8080));
        site.Functions.On("echo", Behaviours.Echo);
        await File.WriteAllTextAsync(Path.Combine(site._secret.Path, "license"), "none", cancellationToken);
        return site;
    }

    /// <summary>The chart's environment to the letter.</summary>
    public Task<Container> PrepareAsync(CancellationToken cancellationToken, bool readOnly = true)
    {
        Dictionary<string, string> environment = Charts.MainChart(new Uri($"http://{GatewayHost}:8080"));
        environment["nats_host"] = NatsHost;
        return Container.PrepareAsync(_image, environment, _secret.Path, readOnly, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await Queue.DisposeAsync();
        await Functions.DisposeAsync();
        await _nats.DisposeAsync();
        _secret.Dispose();
    }
}
