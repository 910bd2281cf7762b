using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;

namespace Paddlewheel.Engine.Integration.Support;

/// <summary>
/// The gateway's side of a queue and an operator's view of it: publishes, and asks the server what is there. Makes nothing by itself:
/// stream and consumer are the worker's business unless a test makes them on purpose.
/// </summary>
internal sealed class Queue : IAsyncDisposable
{
    private const int PublishesAtOnce = 256;

    private readonly NatsConnection _nats;

    public Queue(NatsServer server, string name)
    {
        Name = name;
        _nats = new NatsConnection(new NatsOpts
        {
            Url = server.Url,
            Name = "tests",
            MaxReconnectRetry = -1,
            ReconnectWaitMin = TimeSpan.FromMilliseconds(50),
            ReconnectWaitMax = TimeSpan.FromMilliseconds(200),
            ReconnectJitter = TimeSpan.FromMilliseconds(20),
            RetryOnInitialConnect = true,
            RequestTimeout = TimeSpan.FromSeconds(5),
        });
        JetStream = new NatsJSContext(_nats);
    }

    public string Name { get; }

    /// <summary><c>OF_</c> and the queue's name (contract 2.3).</summary>
    public string Stream => "OF_" + Name;

    public NatsJSContext JetStream { get; }

    public Accounts Accounts { get; } = new();

    /// <summary>Waits until the worker has made the stream and its consumer.</summary>
    public Task ExistsAsync(CancellationToken cancellationToken) =>
        Eventually.IsTrueAsync(
            $"stream {Stream} has a consumer",
            async token => await ConsumersAsync(Stream, token) is { Count: > 0 },
            TimeSpan.FromSeconds(20),
            cancellationToken);

    /// <summary>The stream as an operator sees it, or null.</summary>
    public async Task<StreamInfo?> StreamAsync(string stream, CancellationToken cancellationToken)
    {
        try
        {
            return (await JetStream.GetStreamAsync(stream, cancellationToken: cancellationToken)).Info;
        }
        catch (NatsJSApiException e) when (e.Error.Code == 404)
        {
            return null;
        }
    }

    /// <summary>All consumers of a stream that deliver something; null when the stream is not there. The one that says which mode has the queue is not among them.</summary>
    public async Task<IReadOnlyList<ConsumerInfo>?> ConsumersAsync(string stream, CancellationToken cancellationToken)
    {
        try
        {
            var consumers = new List<ConsumerInfo>();
            await foreach (INatsJSConsumer consumer in JetStream.ListConsumersAsync(stream, cancellationToken))
            {
                if (!consumer.Info.Name.StartsWith("paddlewheel-mode-", StringComparison.Ordinal))
                {
                    consumers.Add(consumer.Info);
                }
            }

            return consumers;
        }
        catch (NatsJSApiException e) when (e.Error.Code == 404)
        {
            return null;
        }
    }

    /// <summary>Publishes as the gateway does, many at a time, each acknowledged; retries while the server is away.</summary>
    public async Task PublishAsync(IEnumerable<Envelope> messages, CancellationToken cancellationToken, Func<Envelope, int>? tries = null)
    {
        foreach (Envelope[] some in messages.Chunk(PublishesAtOnce))
        {
            await Task.WhenAll(some.Select(message => PublishRawAsync(SubjectOf(message.Function), message.ToJson(), cancellationToken)));
            foreach (Envelope message in some)
            {
                Accounts.Add(message.CallId, tries?.Invoke(message) ?? 1);
            }
        }
    }

    public Task PublishAsync(Envelope message, CancellationToken cancellationToken, int tries = 1) =>
        PublishAsync([message], cancellationToken, _ => tries);

    /// <summary>Publishes <paramref name="count"/> calls of one function; each call's body is its id.</summary>
    public Task PublishAsync(string function, int count, CancellationToken cancellationToken) =>
        PublishAsync(Enumerable.Range(0, count).Select(_ => Call.To(function)), cancellationToken);

    /// <summary>Any bytes on any subject; the same bytes are never stored twice for a retry of ours.</summary>
    public async Task PublishRawAsync(string subject, byte[] payload, CancellationToken cancellationToken)
    {
        var options = new NatsJSPubOpts { MsgId = Guid.NewGuid().ToString("N") };
        await Eventually.ReachesAsync(
            "the server acknowledges a publish",
            async token =>
            {
                try
                {
                    PubAckResponse ack = await JetStream.PublishAsync(subject, payload, opts: options, cancellationToken: token);
                    ack.EnsureSuccess();
                    return null;
                }
                catch (Exception e) when (e is NatsException || (e is OperationCanceledException && !token.IsCancellationRequested))
                {
                    return e.Message;
                }
            },
            TimeSpan.FromSeconds(30),
            cancellationToken);
    }

    /// <summary>The subject of one function's calls, as our ingress writes it.</summary>
    public string SubjectOf(string function) => $"{Name}.{function}.openfaas-fn";

    /// <summary>Waits until every consumer of the stream has nothing pending and nothing unacknowledged.</summary>
    public Task SettledAsync(TimeSpan within, CancellationToken cancellationToken, string? stream = null) => Eventually.ReachesAsync(
        $"stream {stream ?? Stream} is worked off",
        async token =>
        {
            try
            {
                IReadOnlyList<ConsumerInfo>? consumers = await ConsumersAsync(stream ?? Stream, token);
                if (consumers is not { Count: > 0 })
                {
                    return "no consumer";
                }

                ulong pending = (ulong)consumers.Sum(static c => (long)c.NumPending);
                long unacknowledged = consumers.Sum(static c => (long)c.NumAckPending);
                return pending == 0 && unacknowledged == 0 ? null : $"{pending} pending, {unacknowledged} unacknowledged";
            }
            catch (NatsException e)
            {
                return e.Message;
            }
        },
        within,
        cancellationToken);

    /// <summary>Waits until no message of any subject is stored, whatever consumers there are; of a work queue that is all there was to do.</summary>
    public Task EmptyAsync(TimeSpan within, CancellationToken cancellationToken) => Eventually.IsTrueAsync(
        $"stream {Stream} is empty",
        async token => (await StreamAsync(Stream, token))?.State.Messages == 0,
        within,
        cancellationToken);

    public ValueTask DisposeAsync() => _nats.DisposeAsync();
}
