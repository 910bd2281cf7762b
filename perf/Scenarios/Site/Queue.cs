using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;
using Paddlewheel.Engine.Calls;
using Paddlewheel.Engine.Options;

namespace Paddlewheel.Perf.Scenarios;

/// <summary>The queue's stream: made before the workers start, filled, and asked at the end whether it is empty.</summary>
internal sealed class Queue : IAsyncDisposable
{
    public const string Name = "load";

    /// <summary>Names of the layout made by hand; also the worker's defaults.</summary>
    public const string OlderStream = "faas-request", OlderDurable = "faas-workers";

    // JetStream takes messages in behind the socket: a publisher that never asks could run far ahead of it.
    private const int Batch = 1000;
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    private readonly NatsConnection _nats;
    private readonly SiteOptions _options;
    private readonly string _stream;

    public Queue(string natsUrl, SiteOptions options)
    {
        _options = options;
        _stream = options.OlderLayout ? OlderStream : "OF_" + Name;
        _nats = new NatsConnection(new NatsOpts { Url = natsUrl, Name = "load", RequestTimeout = TimeSpan.FromSeconds(30) });
        Publisher = NewPublisher();
        Canceller = new Canceller(_nats, new EngineOptions { StreamReplicas = options.NatsNodes }, TimeProvider.System);
    }

    /// <summary>For one thread at a time.</summary>
    public Publisher Publisher { get; }

    /// <summary>Cancels as the ingress does, by the same code.</summary>
    public Canceller Canceller { get; }

    private NatsJSContext JetStream => new(_nats);

    public Publisher NewPublisher() => new(_nats, _options);

    /// <summary>Makes the stream as the worker itself would; the older layout with its consumer, which nobody else would make.</summary>
    public async Task CreateAsync(CancellationToken stop)
    {
        StreamConfig config = new(_stream, [_options.OlderLayout ? OlderStream : Name + ".>"])
        {
            Retention = StreamConfigRetention.Workqueue,
            Storage = _options.Storage == "memory" ? StreamConfigStorage.Memory : StreamConfigStorage.File,
            NumReplicas = _options.NatsNodes,
            MaxConsumers = 100_000,
        };
        await PatientlyAsync(() => JetStream.CreateStreamAsync(config, stop).AsTask(), stop);
        if (_options.OlderLayout)
        {
            ConsumerConfig consumer = new(OlderDurable) { AckPolicy = ConsumerConfigAckPolicy.Explicit, AckWait = TimeSpan.FromSeconds(60), MaxDeliver = -1, MaxAckPending = -1 };
            await JetStream.CreateOrUpdateConsumerAsync(_stream, consumer, stop);
        }
    }

    /// <summary>Fills the stream; returns when the server has all of it.</summary>
    public async Task FillAsync(int calls, Func<int, string> functionOf, CancellationToken stop)
    {
        Progress progress = new("stored", calls);
        for (int call = 0; call < calls; call++)
        {
            if (call % Batch == Batch - 1 || call == calls - 1)
            {
                await Publisher.StoreAsync(call, functionOf(call), stop);
                progress.At(call + 1);
            }
            else
            {
                await Publisher.PublishAsync(call, functionOf(call), stop);
            }
        }

        long stored = await LeftAsync(stop);
        if (stored != Publisher.Published)
        {
            throw new LoadException($"the stream holds {stored} of {Publisher.Published} messages");
        }
    }

    /// <summary>Messages on the stream.</summary>
    public async Task<long> LeftAsync(CancellationToken stop) => (await JetStream.GetStreamAsync(_stream, cancellationToken: stop)).Info.State.Messages;

    /// <summary>Waits until so many workers have asked the consumer for messages.</summary>
    public Task WorkersAreThereAsync(int workers, TimeSpan within, CancellationToken stop) =>
        ReachesAsync("the workers asked for messages", async () => (await ConsumersAsync(stop)).Sum(static consumer => (long)consumer.NumWaiting) >= workers, within, stop);

    /// <summary>Waits until nothing is on the stream: everything is acknowledged.</summary>
    public Task SettledAsync(TimeSpan within, CancellationToken stop) =>
        ReachesAsync("every message is acknowledged", async () => await LeftAsync(stop) == 0, within, stop);

    /// <summary>Messages given out and not acknowledged, of all consumers.</summary>
    public async Task<long> AckPendingAsync(CancellationToken stop) => (await ConsumersAsync(stop)).Sum(static consumer => (long)consumer.NumAckPending);

    public ValueTask DisposeAsync() => _nats.DisposeAsync();

    private async Task<List<ConsumerInfo>> ConsumersAsync(CancellationToken stop)
    {
        List<ConsumerInfo> consumers = [];
        await foreach (INatsJSConsumer found in JetStream.ListConsumersAsync(_stream, stop))
        {
            consumers.Add(found.Info);
        }

        return consumers;
    }

    // A cluster that has just started has no leader yet.
    private static async Task PatientlyAsync(Func<Task> act, CancellationToken stop)
    {
        for (int tries = 0; ; tries++)
        {
            try
            {
                await act();
                return;
            }
            catch (Exception e) when (e is NatsException && tries < 100)
            {
                await Task.Delay(100, stop);
            }
        }
    }

    private static async Task ReachesAsync(string what, Func<Task<bool>> reached, TimeSpan within, CancellationToken stop)
    {
        long started = TimeProvider.System.GetTimestamp();
        while (!await reached())
        {
            if (TimeProvider.System.GetElapsedTime(started) > within)
            {
                throw new LoadException($"not within {within.TotalSeconds:F0} s: {what}");
            }

            await Task.Delay(Look, stop);
        }
    }
}
