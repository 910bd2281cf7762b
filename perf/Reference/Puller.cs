using System.Buffers;
using System.Globalization;
using System.Text;
using NATS.Client.Core;

namespace Paddlewheel.Perf.Reference;

/// <summary>One pull request at a time, for as many messages as there are places; the next when all of it has come or the server ended it.</summary>
internal sealed class Puller(NatsConnection nats, string stream, string durable, MessageRing ring)
{
    private static readonly TimeSpan Expires = TimeSpan.FromSeconds(30);

    private readonly Lock _gate = new();
    // Not the client's own inbox: what lies under that never becomes a subscription of its own.
    private readonly string _inbox = $"{nats.Opts.InboxPrefix}.reference-{Guid.NewGuid():N}";
    private readonly string _next = $"$JS.API.CONSUMER.MSG.NEXT.{stream}.{durable}";
    private int _pull;
    private int _outstanding;

    // The client holds subscriptions weakly: what nobody else holds is gone after the first collection.
    private Subscription? _subscription;

    public async Task StartAsync()
    {
        _subscription = new Subscription(nats, _inbox, this);
        await nats.AddSubAsync(_subscription);
        await PullAsync();
    }

    /// <summary>Asks for more, if nothing is on the way and it is worth it.</summary>
    public ValueTask PullAsync()
    {
        int batch, pull;
        lock (_gate)
        {
            batch = ring.Free;
            if (_outstanding > 0 || batch < ring.Places / 3)
            {
                return default;
            }

            _outstanding = batch;
            pull = ++_pull;
        }

        string request = string.Create(CultureInfo.InvariantCulture, $$"""{"batch":{{batch}},"expires":{{Expires.Ticks * 100}}}""");
        return nats.PublishAsync(_next, Encoding.ASCII.GetBytes(request), replyTo: $"{_inbox}.{pull}", serializer: NatsRawSerializer<byte[]>.Default);
    }

    private void Receive(string replyTo, in ReadOnlySequence<byte> payload)
    {
        Message message = ring.Rent();
        message.Receive(replyTo, payload);
        lock (_gate)
        {
            _outstanding--;
        }

        ring.Write(message);
    }

    private ValueTask End(ReadOnlySpan<char> pull)
    {
        lock (_gate)
        {
            if (int.Parse(pull, CultureInfo.InvariantCulture) == _pull)
            {
                _outstanding = 0;
            }
        }

        return PullAsync();
    }

    private sealed class Subscription(NatsConnection nats, string inbox, Puller puller)
        : NatsSubBase(nats, nats.SubscriptionManager, inbox + ".*", queueGroup: null, opts: null)
    {
        public override ValueTask ReceiveAsync(string subject, string? replyTo, ReadOnlySequence<byte>? headersBuffer, ReadOnlySequence<byte> payloadBuffer)
        {
            if (subject.StartsWith(inbox, StringComparison.Ordinal))
            {
                // A status: the server ended the pull, for whatever reason.
                return puller.End(subject.AsSpan(inbox.Length + 1));
            }

            puller.Receive(replyTo!, payloadBuffer);
            return default;
        }

        protected override ValueTask ReceiveInternalAsync(string subject, string? replyTo, ReadOnlySequence<byte>? headersBuffer, ReadOnlySequence<byte> payloadBuffer) => default;

        protected override void TryComplete()
        {
        }
    }
}
