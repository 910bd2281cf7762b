using Microsoft.Extensions.Logging;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;
using Paddlewheel.Engine.Fetch;
using Paddlewheel.Engine.Lanes;
using Paddlewheel.Engine.Options;
using Paddlewheel.Engine.Telemetry;

namespace Paddlewheel.Engine.Modes;

/// <summary>
/// Knows which mode has the queue and what the other one left behind; claims it when this worker starts and when nobody else
/// is there any more (ADR 8).
/// </summary>
/// <remarks>
/// Nothing is lost or doubled because of what it believes: the server allows one reader of a subject, and what a fence says is
/// stored with the fenced consumer, before any other can be made. It decides only who makes them.
/// </remarks>
internal sealed class ModeKeeper
{
    /// <summary>How long nobody of the other mode may be there before this one takes over again.</summary>
    public static readonly TimeSpan AbandonedAfter = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    /// <summary>A pull of the marker waits so long: shorter than <see cref="AbandonedAfter"/>, because the server counts a dead worker's pull until it ends.</summary>
    private static readonly TimeSpan PresentFor = TimeSpan.FromSeconds(4);
    private const int MostTries = 8;

    private readonly LaneOptions _lane;
    private readonly ScalingMode _mode;
    private readonly StreamBook _book;
    private readonly NatsJSContext _jetStream;
    private readonly ConsumerReader _reader;
    private readonly ModeClaim _claim;
    private readonly ILogger _log;
    private readonly TimeProvider _time;
    private readonly SharedLook _look;
    private StreamInfo? _given;
    private int? _joined;
    private long _aloneSince;
    private volatile bool _serves;
    private volatile string _note = "";
    private IReadOnlyList<ConsumerInfo> _found = [];

    public ModeKeeper(LaneOptions lane, ScalingMode mode, StreamBook book, NatsJSContext jetStream, ConsumerReader reader, ModeClaim claim, ILogger log, TimeProvider time)
    {
        _lane = lane;
        _mode = mode;
        _book = book;
        _jetStream = jetStream;
        _reader = reader;
        _claim = claim;
        _log = log;
        _time = time;
        _look = new SharedLook(LookOnceAsync);
    }

    /// <summary>This worker's mode has the queue: it may make consumers.</summary>
    public bool IsInForce => _serves;

    /// <summary>It had, or wanted to have, and another mode has it now.</summary>
    public bool IsSuperseded => _joined is not null && !_serves;

    /// <summary>For the person who reads <c>/readyz</c>; empty unless superseded.</summary>
    public string Note => _note;

    /// <summary>Of the mode in force.</summary>
    public int Epoch => _joined ?? 0;

    /// <summary>Consumers that get nothing new, as of the last look.</summary>
    public IReadOnlyList<ConsumerInfo> Fenced { get; private set; } = [];

    /// <summary>Consumers that this mode had on the stream when this worker joined; once.</summary>
    public IReadOnlyList<ConsumerInfo> TakeFound() => Interlocked.Exchange(ref _found, []);

    /// <summary>The first sequence still stored, as of the last look with something fenced.</summary>
    public ulong FirstStored { get; private set; }

    /// <summary>
    /// All consumers as the last look saw them in one answer, with nothing to be done about them; null when there is no such
    /// look. A consumer in it needs no further look: whatever was fenced before it was made was seen as fenced.
    /// </summary>
    public IReadOnlyList<ConsumerInfo>? Listing { get; private set; }

    /// <summary>This worker's mode has the queue again, with an epoch that its lanes do not know.</summary>
    public Action? TookOver { get; set; }

    /// <summary>
    /// A look at the stream's consumers that begins after the call; true when this mode is in force. Whoever is about to read a
    /// consumer looks first: every fence that concerns it was there before it was.
    /// </summary>
    /// <param name="stream">The stream, if it has just been looked up: it is not asked for again.</param>
    /// <param name="stop">Ends the wait.</param>
    /// <exception cref="ProvisioningException">What is there can't be used; the message says why and what to do.</exception>
    public async Task<bool> LookAsync(StreamInfo? stream, CancellationToken stop)
    {
        Volatile.Write(ref _given, stream);
        await _look.AfterNowAsync(stop).ConfigureAwait(false);
        return _serves;
    }

    public async Task RunAsync(CancellationToken stop)
    {
        Task presence = BePresentAsync(stop);
        using PeriodicTimer timer = new(LookEvery, _time);
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await timer.WaitForNextTickAsync(stop).ConfigureAwait(false);
                if (_joined is not null)
                {
                    await LookAsync(null, stop).ConfigureAwait(false);
                }
            }
            catch (Exception exception)
            {
                // The lanes report what is wrong with the stream; the next look is a second away.
                if (!stop.IsCancellationRequested)
                {
                    _log.ModeUnknown(_lane.Stream, exception.Message);
                }
            }
        }

        await presence.ConfigureAwait(false);
    }

    private async Task LookOnceAsync(CancellationToken stop)
    {
        StreamInfo stream = Interlocked.Exchange(ref _given, null) ?? (await _jetStream.GetStreamAsync(_lane.Stream, cancellationToken: stop).ConfigureAwait(false)).Info;
        if (stream.Config.Retention != StreamConfigRetention.Workqueue)
        {
            Listing = null;

            // Any number of consumers may read it: nothing is in anybody's way.
            (_joined, _serves) = (0, true);
            return;
        }

        for (int tries = 0; tries < MostTries; tries++)
        {
            ModeView view = await _reader.ReadAsync(_serves ? _joined : null, stop).ConfigureAwait(false);
            Know(view, stream);
            Listing = null;
            ModeDecision decision = ModeDecision.Of(_mode, _joined, view.Marker, view.LastEra, IsAbandoned(view.Marker));
            if (decision.Step == ModeStep.StandBy)
            {
                StandBy(decision.Epoch);
                return;
            }

            bool changed = await _claim.MakeRoomAsync(view, stream, decision.Epoch, stop).ConfigureAwait(false);
            if (decision.Step == ModeStep.Claim)
            {
                _log.ModeClaimed(_lane.Stream, _mode.ToString(), decision.Epoch, await _claim.TryMarkAsync(decision.Epoch, stop).ConfigureAwait(false));
            }
            else if (!changed)
            {
                Serve(decision.Epoch, view);
                Listing = view.Listing;
                await _claim.RemoveMarkersAsync(view.OldMarkers, stop).ConfigureAwait(false);
                return;
            }
        }

        throw new ProvisioningException($"stream {_lane.Stream}: its consumers keep changing; is another worker of another mode starting again and again?");
    }

    private void Know(ModeView view, StreamInfo stream)
    {
        FirstStored = (ulong)stream.State.FirstSeq;
        Fenced = view.Fenced;
        _book.Fences = view.Fenced.Count == 0 ? FenceSet.Empty : new FenceSet(view.Fenced.Select(ModeNames.ReadFence));
    }

    private void Serve(int epoch, ModeView view)
    {
        // From then on those in use are not read any more.
        _found = _serves ? _found : view.Ours;
        _aloneSince = 0;
        _note = "";
        bool isNew = _joined is not null && (!_serves || _joined != epoch);
        (_joined, _serves) = (epoch, true);
        if (isNew)
        {
            _log.ModeInForce(_lane.Stream, _mode.ToString(), epoch);
            TookOver?.Invoke();
        }
    }

    private void StandBy(int epoch)
    {
        if (_serves)
        {
            _log.ModeSuperseded(_lane.Stream, _mode.ToString(), epoch);
        }

        _serves = false;
        _note = $"superseded: the queue is served in the other scaling_mode (switch {epoch}); this worker, of mode {_mode}, only finishes what it has and takes over when no other is there";
    }

    // A worker of the other mode keeps a pull waiting at its marker. One that died on the way to its marker left none.
    private bool IsAbandoned(ModeMarker? marker)
    {
        if (_serves || (marker is not null && marker.Mode != _mode && marker.Waiting > 0))
        {
            _aloneSince = 0;
            return false;
        }

        long now = _time.GetTimestamp();
        _aloneSince = _aloneSince == 0 ? now : _aloneSince;
        return _time.GetElapsedTime(_aloneSince, now) >= AbandonedAfter;
    }

    private async Task BePresentAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                if (_serves && _joined > 0)
                {
                    INatsJSConsumer marker = await _jetStream.GetConsumerAsync(_lane.Stream, ModeNames.MarkerName(_lane, Epoch, _mode), stop).ConfigureAwait(false);
                    await marker.NextAsync<byte[]>(opts: new NatsJSNextOpts { Expires = PresentFor }, cancellationToken: stop).ConfigureAwait(false);
                    continue;
                }
            }
            catch (Exception exception) when (!stop.IsCancellationRequested)
            {
                _log.ModeUnknown(_lane.Stream, exception.Message);
            }
            catch (Exception)
            {
                return;
            }

            await Task.Delay(LookEvery, _time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
