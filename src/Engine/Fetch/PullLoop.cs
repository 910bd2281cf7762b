using NATS.Client.Core;
using Paddlewheel.Engine.Lanes;
using Paddlewheel.Engine.Telemetry;

namespace Paddlewheel.Engine.Fetch;

/// <summary>
/// One subscription to a consumer: asks whenever there is credit, until it is told to stop, to look again, or to park. Parked
/// means that nothing is asked for any more and it ends by itself when nothing is on the way and nothing is held.
/// </summary>
internal sealed class PullLoop(NatsConnection nats, Lane lane, CreditGate gate, FetchBlock fetch, EngineMetrics metrics)
{
    private static readonly TimeSpan IdleHeartbeat = TimeSpan.FromSeconds(5);

    private volatile bool _stopping;
    private volatile bool _lookAgain;
    private volatile bool _parking;
    private volatile bool _open;

    /// <summary>How often the server says that it is alive while a pull waits.</summary>
    public static TimeSpan Heartbeat => IdleHeartbeat;

    /// <summary>True while pulls can be sent.</summary>
    public bool IsOpen => _open && !_lookAgain;

    /// <summary>It has parked: there was nothing to do.</summary>
    public bool HasParked => _parking && !_lookAgain && !_stopping;

    /// <summary>Nothing more is asked for; the loop ends.</summary>
    public void Stop()
    {
        _stopping = true;
        gate.Wake();
    }

    /// <summary>Stream or consumer is not what it was: the loop ends.</summary>
    public void LookAgain()
    {
        _lookAgain = true;
        gate.Wake();
    }

    /// <summary>The lane has been idle: the loop ends when nothing can come any more, unless a message comes first.</summary>
    public void Park()
    {
        _parking = true;
        gate.Wake();
    }

    /// <summary>Subscribes, pulls until it ends, and unsubscribes with a round trip.</summary>
    /// <param name="expires">How long a pull waits on the server.</param>
    /// <param name="subscribed">Called once pulls can be sent.</param>
    /// <param name="time">For the patience with the last round trip.</param>
    /// <param name="stop">Ends a wait for the socket.</param>
    public async Task RunAsync(TimeSpan expires, Action subscribed, TimeProvider time, CancellationToken stop)
    {
        PullAddresses addresses = new(nats.Opts.InboxPrefix, lane.Stream, lane.Consumer);
        PullSubscription subscription = new(nats, addresses.Inbox, fetch);
        await nats.AddSubAsync(subscription, stop).ConfigureAwait(false);
        (_lookAgain, _parking) = (false, false);
        fetch.StartListening();
        gate.VoidAll();
        _open = true;
        subscribed();
        try
        {
            await PullAsync(addresses, expires, stop).ConfigureAwait(false);
        }
        finally
        {
            _open = false;
            using CancellationTokenSource patience = new(TimeSpan.FromSeconds(2), time);
            await subscription.DrainAsync(patience.Token).ConfigureAwait(false);
        }
    }

    private async Task PullAsync(PullAddresses addresses, TimeSpan expires, CancellationToken stop)
    {
        // The server refuses a heartbeat longer than half the pull.
        TimeSpan heartbeat = expires / 3 < IdleHeartbeat ? expires / 3 : IdleHeartbeat;
        while (!_stopping)
        {
            if (_parking && lane.Held > 0)
            {
                _parking = false;
            }

            while (!_stopping && !_lookAgain && !_parking && gate.TryAsk(out int pull, out int batch))
            {
                metrics.Pulled();
                if (gate.Outstanding <= batch)
                {
                    // Nothing was asked for before, so nothing was to be heard: the silence counts from here.
                    fetch.StartListening();
                }

                ValueTask sending = nats.PublishAsync(addresses.Next, gate.MayWait ? new PullRequest(batch, expires, heartbeat) : new PullRequest(batch, TimeSpan.Zero, TimeSpan.Zero), replyTo: addresses.InboxOf(pull), serializer: PullRequestSerializer.Instance, cancellationToken: stop);
                if (!sending.IsCompletedSuccessfully)
                {
                    await sending.ConfigureAwait(false);
                }
            }

            if (_lookAgain || (_parking && gate.Outstanding == 0 && lane.Held == 0))
            {
                return;
            }

            await gate.WaitAsync().ConfigureAwait(false);
        }
    }
}
