using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;
using Paddlewheel.Engine.Options;
using Paddlewheel.Host.Configuration;
using Paddlewheel.Host.Dev;
using Paddlewheel.Host.Endpoints;
using Paddlewheel.Host.Ingress;
using Paddlewheel.Host.Nats;
using Xunit;

namespace Paddlewheel.Engine.Tests.Host;

/// <summary>A real nats-server with the stream of queue <c>jobs</c>, an ingress before it, and sample functions behind the ingress.</summary>
public sealed class IngressFixture : IAsyncLifetime
{
    internal NatsServerProcess Server { get; private set; } = null!;

    internal NatsConnection Nats { get; private set; } = null!;

    internal NatsJSContext JetStream { get; private set; } = null!;

    internal IngressServer Ingress { get; private set; } = null!;

    internal SampleFunctions Functions { get; private set; } = null!;

    internal HttpClient Client { get; } = new();

    public async ValueTask InitializeAsync()
    {
        NatsServerBinary binary = await NatsServerResolver.OfThisMachine().ResolveAsync();
        Server = await NatsServerProcess.StartAsync(binary.Path);
        Nats = new NatsConnection(NatsOptions.From(new HostOptions { NatsHost = "127.0.0.1", NatsPort = Server.Port }));
        await Nats.ConnectAsync();
        JetStream = new NatsJSContext(Nats);
        await JetStream.CreateStreamAsync(new StreamConfig("OF_jobs", ["jobs.>"]));
        Functions = await SampleFunctions.StartAsync(static _ => { }, TimeProvider.System);
        Ingress = await StartIngressAsync("jobs", Functions.Url);
        Client.BaseAddress = Ingress.Url;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Ingress.DisposeAsync();
        await Functions.DisposeAsync();
        await Nats.DisposeAsync();
        await Server.DisposeAsync();
    }

    internal Task<IngressServer> StartIngressAsync(string queue, Uri? gateway, params string[] allowedCallbackUrls) => IngressServer.StartAsync(
        Nats, new EngineOptions { QueueName = queue, AllowedCallbackUrls = allowedCallbackUrls }, new HttpPlace("the ingress", "ingress_port", "127.0.0.1", 0), gateway, TimeProvider.System);

    /// <summary>How many messages the stream holds, and the newest of them.</summary>
    internal async Task<(ulong Messages, string Subject, byte[] Data)> NewestAsync(CancellationToken token)
    {
        INatsJSStream stream = await JetStream.GetStreamAsync("OF_jobs", cancellationToken: token);
        StreamMsgGetResponse message = await stream.GetAsync(new StreamMsgGetRequest { Seq = stream.Info.State.LastSeq }, token);
        return ((ulong)stream.Info.State.Messages, message.Message.Subject!, message.Message.Data.ToArray());
    }
}
