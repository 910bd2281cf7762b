using System.Threading.Tasks.Dataflow;
using Microsoft.Extensions.Logging;
using NATS.Client.Core;
using NATS.Client.JetStream.Models;
using Paddlewheel.Engine.Lanes;
using Paddlewheel.Engine.Telemetry;
using Paddlewheel.Engine.Timing;

namespace Paddlewheel.Engine.Fetch;

/// <summary>
/// Keeps one lane alive for as long as the worker runs: finds or makes stream and consumer, subscribes, sends pulls, and
/// begins again whenever any of it goes away. Nothing that the network or the server can do ends it.
/// </summary>
internal sealed class LaneSupervisor : WheelEntry
{
    /// <summary>How long a pull waits on the server, and how often the server says that it is alive meanwhile.</summary>
    private static readonly TimeSpan LongestExpires = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan IdleHeartbeat = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan WatchEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LegacyLookEvery = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan LongestBackoff = TimeSpan.FromSeconds(5);

    private readonly LaneOptions _options;
    private readonly Lane _lane;
    private readonly CreditGate _gate;
    private readonly FetchBlock _fetch;
    private readonly NatsConnection _nats;
    private readonly Provisioner _provisioner;
    private readonly TimerWheel _wheel;
    private readonly EngineMetrics _metrics;
    private readonly ILogger _log;
    private readonly TimeProvider _time;
    private DateTimeOffset _streamCreated;
    private volatile bool _lookAgain;
    private volatile bool _stopping;
    private volatile bool _subscribed;
    private TimeSpan _expires = LongestExpires;
    private int _failures;

    public LaneSupervisor(LaneOptions options, Lane lane, CreditGate gate, FetchBlock fetch, NatsConnection nats, Provisioner provisioner, TimerWheel wheel, EngineMetrics metrics, ILogger log, TimeProvider time)
    {
        _options = options;
        _lane = lane;
        _gate = gate;
        _fetch = fetch;
        _nats = nats;
        _provisioner = provisioner;
        _wheel = wheel;
        _metrics = metrics;
        _log = log;
        _time = time;
        fetch.OnStatus = StatusReceived;
        lane.OnRoomMade(gate.RoomMade);
    }

    public Lane Lane => _lane;

    public LaneOptions Options => _options;

    /// <summary>True while pulls can be sent; otherwise <see cref="Reason"/> says what is missing.</summary>
    public bool IsReady => _subscribed && !_lookAgain;

    public string Reason { get; private set; } = "starting";

    // The server refuses a heartbeat longer than half the pull.
    private TimeSpan Heartbeat => _expires / 3 < IdleHeartbeat ? _expires / 3 : IdleHeartbeat;

    /// <summary>Runs until <paramref name="stop"/>; returns when the subscription is drained.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        await using CancellationTokenRegistration wake = stop.Register(() =>
        {
            _stopping = true;
            _fetch.StartDraining();
            _gate.Wake();
        });
        _wheel.Schedule(this, WatchEvery);
        while (!stop.IsCancellationRequested)
        {
            try
            {
                if (!await ProvisionAsync(stop).ConfigureAwait(false))
                {
                    Reason = "";
                    await PauseAsync(LegacyLookEvery, stop).ConfigureAwait(false);
                    continue;
                }

                long began = _time.GetTimestamp();
                await ServeAsync(stop).ConfigureAwait(false);
                if (_time.GetElapsedTime(began) > LongestBackoff)
                {
                    _failures = 0;
                }

                // It ended without our wish: the consumer is gone, or nobody answers. Look again, but not in a hot loop.
                await PauseAsync(Backoff(), stop).ConfigureAwait(false);
            }
            catch (Exception) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                // Whatever it was, the answer is the same: say so, wait a little, begin again.
                Reason = exception.Message;
                TimeSpan wait = Backoff();
                _log.RequestFailed(_options.Stream, exception.Message, wait.TotalSeconds);
                await PauseAsync(wait, stop).ConfigureAwait(false);
            }
        }
    }

    /// <summary>The connection is back: nothing asked for before will come, so ask again at once.</summary>
    public void ConnectionBack()
    {
        _fetch.StartListening();
        _gate.VoidAll();
        _gate.Wake();
    }

    /// <summary>Stream or consumer is not what it was: find or make them anew.</summary>
    public void LookAgain(string reason)
    {
        _log.ConsumerLost(_options.Stream, _lane.Consumer, reason);
        Reason = reason;
        _lookAgain = true;
        _gate.Wake();
    }

    /// <summary>Once a second, on the wheel: is the server still there? A pull loop that only waits can't notice silence.</summary>
    protected internal override void OnDue()
    {
        if (_stopping)
        {
            return;
        }

        if (_subscribed && _nats.ConnectionState == NatsConnectionState.Open && _gate.Outstanding > 0 && _time.GetElapsedTime(_fetch.LastHeard) > IdleHeartbeat * 2)
        {
            _log.HeartbeatMissed(_options.Stream, _lane.Consumer);
            _lookAgain = true;
            _gate.VoidAll();
        }

        _gate.Wake();
        _wheel.Schedule(this, WatchEvery);
    }

    private async Task<bool> ProvisionAsync(CancellationToken stop)
    {
        StreamInfo? stream = await _provisioner.FindOrCreateStreamAsync(_options, stop).ConfigureAwait(false);
        if (stream is null)
        {
            return false;
        }

        if (_streamCreated != default && stream.Created != _streamCreated)
        {
            _log.StreamReplaced(_options.Stream);
            _lane.StreamReplaced();
        }

        _streamCreated = stream.Created;
        ConsumerInfo consumer = await _provisioner.FindOrCreateConsumerAsync(_options, stream, stop).ConfigureAwait(false);
        _lane.Consumer = consumer.Name;
        _gate.MaxBatch = consumer.Config.MaxBatch > 0 ? consumer.Config.MaxBatch : int.MaxValue;
        _expires = consumer.Config.MaxExpires > TimeSpan.Zero && consumer.Config.MaxExpires < LongestExpires ? consumer.Config.MaxExpires : LongestExpires;
        _lane.AckWait = consumer.Config.AckWait > TimeSpan.Zero ? consumer.Config.AckWait : TimeSpan.FromSeconds(30);
        return true;
    }

    private async Task ServeAsync(CancellationToken stop)
    {
        PullAddresses addresses = new(_nats.Opts.InboxPrefix, _lane.Stream, _lane.Consumer);
        PullSubscription subscription = new(_nats, addresses.Inbox, _fetch);
        await _nats.AddSubAsync(subscription, stop).ConfigureAwait(false);
        _lookAgain = false;
        _fetch.StartListening();
        _gate.VoidAll();
        _subscribed = true;
        Reason = "";
        _log.Subscribed(_lane.Stream, _lane.Consumer);
        try
        {
            await PullAsync(addresses, stop).ConfigureAwait(false);
        }
        finally
        {
            _subscribed = false;
            using CancellationTokenSource patience = new(TimeSpan.FromSeconds(2), _time);
            await subscription.DrainAsync(patience.Token).ConfigureAwait(false);
        }
    }

    private async Task PullAsync(PullAddresses addresses, CancellationToken stop)
    {
        while (!_stopping)
        {
            while (!_stopping && !_lookAgain && _gate.TryAsk(out int pull, out int batch))
            {
                _metrics.Pulled();
                ValueTask sending = _nats.PublishAsync(addresses.Next, new PullRequest(batch, _expires, Heartbeat), replyTo: addresses.InboxOf(pull), serializer: PullRequestSerializer.Instance, cancellationToken: stop);
                if (!sending.IsCompletedSuccessfully)
                {
                    await sending.ConfigureAwait(false);
                }
            }

            if (_lookAgain)
            {
                return;
            }

            await _gate.WaitAsync().ConfigureAwait(false);
        }
    }

    private void StatusReceived(PullStatusKind kind, int code, string text)
    {
        switch (kind)
        {
            case PullStatusKind.Expired or PullStatusKind.NoMessages or PullStatusKind.BatchCompleted:
                _failures = 0;
                break;
            case PullStatusKind.LeadershipChange or PullStatusKind.ServerShutdown:
                _log.PullStatus(_lane.Stream, _lane.Consumer, code, text);
                break;
            default:
                // Deleted, no responders, refused: look at stream and consumer again, and say what is wrong with them.
                LookAgain($"{code} {text}");
                break;
        }
    }

    private TimeSpan Backoff()
    {
        double milliseconds = 250 * Math.Pow(2, Math.Min(_failures++, 10));
        return TimeSpan.FromMilliseconds(Math.Min(milliseconds, LongestBackoff.TotalMilliseconds));
    }

    private Task PauseAsync(TimeSpan pause, CancellationToken stop) => Task.Delay(pause, _time, stop).ContinueWith(static _ => { }, TaskScheduler.Default);
}
