using System.Buffers;
using System.Globalization;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;
using Paddlewheel.Engine.Wire;

namespace Paddlewheel.Perf.Load;

/// <summary>The queue's stream: made before the worker starts, filled, and asked at the end whether it is empty.</summary>
internal sealed class Queue(string natsUrl, LoadOptions options) : IAsyncDisposable
{
    public const string Name = "load";
    private const string Stream = "OF_" + Name;
    private const string Subject = Name + ".echo.openfaas-fn";

    private readonly NatsConnection _nats = new(new NatsOpts { Url = natsUrl, Name = "load" });
    private readonly ArrayBufferWriter<byte> _message = new(8192);

    private NatsJSContext JetStream => new(_nats);

    /// <summary>Makes the stream as the worker itself would.</summary>
    public async Task CreateAsync(CancellationToken stop)
    {
        await JetStream.CreateStreamAsync(
            new StreamConfig(Stream, [Name + ".>"])
            {
                Retention = StreamConfigRetention.Workqueue,
                Storage = options.Storage == "memory" ? StreamConfigStorage.Memory : StreamConfigStorage.File,
            },
            stop);
    }

    /// <summary>Fills the stream; returns when the server has all of it.</summary>
    public async Task FillAsync(int calls, Action<int> progress, CancellationToken stop)
    {
        for (int call = 0; call < calls; call++)
        {
            await PublishAsync(call, stop);
            if (call % 1000 == 999)
            {
                // JetStream takes messages in behind the socket: a publisher that never asks could run far ahead of it.
                await JetStream.GetStreamAsync(Stream, cancellationToken: stop);
                progress(call + 1);
            }
        }

        INatsJSStream stream = await JetStream.GetStreamAsync(Stream, cancellationToken: stop);
        if (stream.Info.State.Messages != calls)
        {
            throw new LoadException($"the stream holds {stream.Info.State.Messages} of {calls} messages");
        }
    }

    /// <summary>One call, as the gateway writes it.</summary>
    public ValueTask PublishAsync(int call, CancellationToken stop)
    {
        _message.ResetWrittenCount();
        EnvelopeWriter.Write(_message, new EnvelopeFields
        {
            Function = "echo",
            QueueName = Name,
            Host = "127.0.0.1:8080",
            Body = new ReadOnlySequence<byte>(_body),
            Header =
            [
                new("Accept", "*/*"),
                new("Content-Type", "application/octet-stream"),
                new("User-Agent", "curl/8.5.0"),
                new("X-Call-Id", FunctionServer.CallIdPrefix + call.ToString("D10", CultureInfo.InvariantCulture)),
                new("X-Start-Time", "1753700000000000000"),
            ],
        });
        return _nats.PublishAsync(Subject, _message.WrittenMemory, serializer: NatsRawSerializer<ReadOnlyMemory<byte>>.Default, cancellationToken: stop);
    }

    /// <summary>Waits until the worker's consumer stands there and has asked for messages.</summary>
    public Task WorkerIsThereAsync(TimeSpan within, CancellationToken stop) =>
        ReachesAsync("the worker asked for messages", consumer => consumer is { NumWaiting: > 0 }, within, stop);

    /// <summary>Waits until the consumer has nothing pending and nothing unacknowledged.</summary>
    public Task SettledAsync(TimeSpan within, CancellationToken stop) =>
        ReachesAsync("every message is acknowledged", consumer => consumer is { NumPending: 0, NumAckPending: 0 }, within, stop);

    public ValueTask DisposeAsync() => _nats.DisposeAsync();

    private readonly byte[] _body = [.. Enumerable.Range(0, options.Body).Select(static i => (byte)('a' + (i % 26)))];

    private async Task ReachesAsync(string what, Func<ConsumerInfo?, bool> reached, TimeSpan within, CancellationToken stop)
    {
        long started = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(started) < within)
        {
            ConsumerInfo? consumer = null;
            await foreach (INatsJSConsumer found in JetStream.ListConsumersAsync(Stream, stop))
            {
                consumer = found.Info;
            }

            if (reached(consumer))
            {
                return;
            }

            await Task.Delay(20, stop);
        }

        throw new LoadException($"not within {within.TotalSeconds:F0} s: {what}");
    }
}
