using System.Globalization;
using System.Net;
using System.Runtime.InteropServices;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;

namespace Paddlewheel.Perf.Reference;

/// <summary>The yardstick: see README.md before changing anything here.</summary>
internal static class Program
{
    private static async Task<int> Main()
    {
        TaskCompletionSource<int> ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context =>
        {
            context.Cancel = true;
            ended.TrySetResult(0);
        });
        string stream = Read("nats_stream", "faas-request"), durable = Read("nats_durable", "faas-workers");
        int slots = int.Parse(Read("max_inflight", "64"), CultureInfo.InvariantCulture);
        NatsConnection nats = new(new NatsOpts { Url = $"nats://{Read("nats_host", "127.0.0.1")}:{Read("nats_port", "4222")}", Name = "reference" });
        try
        {
            await nats.ConnectAsync();
            await FindOrMakeConsumerAsync(new NatsJSContext(nats), stream, durable);
        }
        catch (Exception e) when (e is NatsException or NatsJSException or FormatException)
        {
            Console.Error.WriteLine(e.Message);
            return 1;
        }

        // Slots that are busy, as many that wait, and as many on the way.
        MessageRing ring = new(3 * slots, slots);
        Puller puller = new(nats, stream, durable, ring);
        using HttpMessageInvoker http = new(new SocketsHttpHandler
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            ActivityHeadersPropagator = null,
            MaxConnectionsPerServer = slots + 8,
            RequestHeaderEncodingSelector = static (_, request) => ((CallRequest)request).CallId,
        });
        Uri function = new(new Uri(Read("gateway_url", "http://127.0.0.1:8080")), "/function/echo");
        await puller.StartAsync();
        for (int slot = 0; slot < slots; slot++)
        {
            CallLoop loop = new(nats, http, function, ring, puller);
            _ = Task.Run(async () =>
            {
                try
                {
                    await loop.RunAsync();
                }
                catch (Exception e)
                {
                    Console.Error.WriteLine(e);
                    ended.TrySetResult(1);
                }
            });
        }

        if (int.TryParse(Read("metrics_port", "0"), CultureInfo.InvariantCulture, out int port) && port > 0)
        {
            _ = AllocationPage.ServeAsync(port);
        }

        int code = await ended.Task;
        await nats.PingAsync();
        return code;
    }

    private static async Task FindOrMakeConsumerAsync(NatsJSContext jetStream, string stream, string durable)
    {
        try
        {
            await jetStream.GetConsumerAsync(stream, durable);
        }
        catch (NatsJSApiException e) when (e.Error.Code == 404)
        {
            // ack_wait as the worker's charts write it: whole seconds.
            int seconds = int.Parse(Read("ack_wait", "60s").TrimEnd('s'), CultureInfo.InvariantCulture);
            await jetStream.CreateOrUpdateConsumerAsync(stream, new ConsumerConfig(durable)
            {
                AckPolicy = ConsumerConfigAckPolicy.Explicit,
                AckWait = TimeSpan.FromSeconds(seconds),
                MaxAckPending = -1,
            });
        }
    }

    private static string Read(string name, string otherwise) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : otherwise;
}
