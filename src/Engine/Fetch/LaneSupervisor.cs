using System.Threading.Tasks.Dataflow;
using Microsoft.Extensions.Logging;
using NATS.Client.Core;
using NATS.Client.JetStream.Models;
using Paddlewheel.Engine.Ack;
using Paddlewheel.Engine.Lanes;
using Paddlewheel.Engine.Telemetry;
using Paddlewheel.Engine.Timing;

namespace Paddlewheel.Engine.Fetch;

/// <summary>
/// Keeps one lane alive for as long as the worker runs: finds or makes stream and consumer, subscribes, sends pulls, and
/// begins again whenever any of it goes away. Nothing that the network or the server can do ends it.
/// </summary>
internal sealed class LaneSupervisor : WheelEntry, ILaneSource
{
    /// <summary>How long a pull waits on the server.</summary>
    private static readonly TimeSpan LongestExpires = TimeSpan.FromSeconds(15);

    /// <summary>Of a function's lane: its pull holds a place that another function may need.</summary>
    private static readonly TimeSpan LongestExpiresOnDemand = TimeSpan.FromSeconds(5);
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
    private readonly ILogger _log;
    private readonly TimeProvider _time;
    private readonly PullLoop _pulls;
    private volatile bool _ended;
    private TimeSpan _expires = LongestExpires;
    private int _failures;

    public LaneSupervisor(LaneOptions options, Lane lane, CreditGate gate, CreditShare.Share share, FetchBlock fetch, NatsConnection nats, Provisioner provisioner, TimerWheel wheel, EngineMetrics metrics, ILogger log, TimeProvider time)
    {
        _options = options;
        _lane = lane;
        _gate = gate;
        Share = share;
        _fetch = fetch;
        _nats = nats;
        _provisioner = provisioner;
        _wheel = wheel;
        _log = log;
        _time = time;
        _pulls = new PullLoop(nats, lane, gate, fetch, metrics);
        fetch.OnStatus = StatusReceived;
        lane.OnRoomMade(gate.RoomMade);
    }

    public Lane Lane => _lane;

    public LaneOptions Options => _options;

    /// <summary>Its part of the slots.</summary>
    public CreditShare.Share Share { get; }

    /// <summary>True while pulls can be sent; otherwise <see cref="Reason"/> says what is missing.</summary>
    public bool IsReady => _pulls.IsOpen;

    public string Reason { get; private set; } = "starting";

    /// <summary>Runs until <paramref name="stop"/>, or until an on-demand lane has nothing to do; returns when the subscription is drained.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        await using CancellationTokenRegistration wake = stop.Register(() =>
        {
            _ended = true;
            _fetch.StartDraining();
            _pulls.Stop();
        });
        Share.Close();
        _wheel.Schedule(this, WatchEvery);
        await ServeAgainAndAgainAsync(stop).ConfigureAwait(false);
        _ended = true;
        _wheel.Cancel(this);
    }

    /// <summary>The lane has been idle: it ends when nothing can come any more, unless a message comes first.</summary>
    public void Park() => _pulls.Park();

    private async Task ServeAgainAndAgainAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                if (!await ProvisionAsync(stop).ConfigureAwait(false))
                {
                    if (_options.IsOnDemand)
                    {
                        return;
                    }

                    if (_options.IsLegacy)
                    {
                        Reason = "";
                    }

                    await PauseAsync(_options.IsLegacy ? LegacyLookEvery : WatchEvery, stop).ConfigureAwait(false);
                    continue;
                }

                long began = _time.GetTimestamp();
                try
                {
                    await _pulls.RunAsync(_expires, Subscribed, _time, stop).ConfigureAwait(false);
                }
                finally
                {
                    Share.Close();
                }

                if (_options.IsOnDemand)
                {
                    // Parked, or its consumer is gone: whoever reads the depth begins again when there is something to do.
                    return;
                }

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
        _pulls.LookAgain();
    }

    /// <summary>Once a second, on the wheel: is the server still there? A pull loop that only waits can't notice silence.</summary>
    protected internal override void OnDue()
    {
        if (_ended)
        {
            return;
        }

        if (_pulls.IsOpen && _nats.ConnectionState == NatsConnectionState.Open && _gate.Outstanding > 0 && _time.GetElapsedTime(_fetch.LastHeard) > PullLoop.Heartbeat * 2)
        {
            _log.HeartbeatMissed(_options.Stream, _lane.Consumer);
            _pulls.LookAgain();
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

        if (_lane.Book.IsReplacedBy(stream.Created))
        {
            _log.StreamReplaced(_options.Stream);
        }

        if (await _provisioner.FindOrCreateConsumerAsync(_options, stream, stop).ConfigureAwait(false) is not { } consumer)
        {
            Reason = "another mode has the queue";
            return false;
        }

        await _provisioner.Known.ConfigureAwait(false);
        _lane.Consumer = consumer.Name;
        _gate.MaxBatch = consumer.Config.MaxBatch > 0 ? consumer.Config.MaxBatch : int.MaxValue;
        _gate.MostAhead = Prefetch.MostOf(consumer.Config.MaxAckPending);
        _lane.AcksAtOnce = AckBatch.SizeFor(consumer.Config.MaxAckPending);
        TimeSpan longest = _options.IsOnDemand ? LongestExpiresOnDemand : LongestExpires;
        _expires = consumer.Config.MaxExpires > TimeSpan.Zero && consumer.Config.MaxExpires < longest ? consumer.Config.MaxExpires : longest;
        _lane.AckWait = consumer.Config.AckWait > TimeSpan.Zero ? consumer.Config.AckWait : TimeSpan.FromSeconds(30);
        return true;
    }

    private void Subscribed()
    {
        Reason = "";
        Share.Open();
        _log.Subscribed(_lane.Stream, _lane.Consumer);
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
