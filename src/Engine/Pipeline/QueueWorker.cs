using Microsoft.Extensions.Logging;
using NATS.Client.Core;
using Paddlewheel.Engine.Ack;
using Paddlewheel.Engine.Fetch;
using Paddlewheel.Engine.Judge;
using Paddlewheel.Engine.Lanes;
using Paddlewheel.Engine.Options;
using Paddlewheel.Engine.Telemetry;
using Paddlewheel.Engine.Timing;

namespace Paddlewheel.Engine.Pipeline;

/// <summary>
/// The worker: waits for NATS, runs the lanes, and drains. What it may do at each moment is <see cref="Health"/>.
/// </summary>
internal sealed class QueueWorker : IAsyncDisposable
{
    private const int QuickLooks = 100;
    private static readonly TimeSpan QuickLook = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(200);

    private readonly EngineOptions _options;
    private readonly NatsConnection _nats;
    private readonly EngineMetrics _metrics;
    private readonly ILogger _log;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _abort = new();
    private readonly Blocks _blocks;
    private readonly WheelDriver _driver;
    private readonly LaneSet _lanes;
    private readonly ServerConnection _connection;
    private CancellationTokenSource? _ending;
    private Task<bool>? _opening;

    /// <param name="options">What an operator may tune.</param>
    /// <param name="nats">The connection, not open yet.</param>
    /// <param name="metrics">The worker's metrics.</param>
    /// <param name="logs">Where lines go.</param>
    /// <param name="time">The clock.</param>
    /// <param name="calls">Where the lines of every message go.</param>
    /// <param name="open">
    /// Begins to connect at once, while the blocks are built and the caller starts what else it has; <see cref="RunAsync"/> does
    /// it otherwise. No message is taken before that.
    /// </param>
    public QueueWorker(EngineOptions options, NatsConnection nats, EngineMetrics metrics, ILoggerFactory logs, TimeProvider time, IInvocationLog? calls = null, (CancellationToken Stop, CancellationToken Abort)? open = null)
    {
        _options = options;
        _nats = nats;
        _metrics = metrics;
        _log = logs.CreateLogger("jetstream-queue-worker");
        _time = time;
        _connection = new ServerConnection(nats, Health, metrics, _log, time);
        if (open is { } ends)
        {
            Open(ends.Stop, ends.Abort);
        }

        _blocks = Blocks.Build(options, nats, metrics, _log, calls ?? new LoggerInvocationLog(_log), time, new LockedRandom(new Random()), _abort.Token);
        _driver = new WheelDriver(_blocks.Wheel, time, metrics.SetWheelLag, _log.TimerFailed);
        _lanes = new LaneSet(options, nats, _blocks, metrics, _log, time);
    }

    /// <summary>Readiness and liveness, with reasons.</summary>
    public WorkerHealth Health { get; } = new();

    /// <summary>
    /// Runs until <paramref name="stop"/>, then drains: finishes what runs, hands back what has not begun, flushes the acks.
    /// <paramref name="abort"/> ends the drain at once.
    /// </summary>
    /// <exception cref="AggregateException">A block faulted: the process should end with a non-zero code.</exception>
    public async Task RunAsync(CancellationToken stop, CancellationToken abort)
    {
        await using CancellationTokenRegistration aborting = abort.Register(_abort.Cancel);
        if (_opening is null)
        {
            Open(stop, abort);
        }

        CancellationTokenSource ending = _ending!;
        _metrics.OnCollect(RefreshGauges);
        _driver.Start();
        _blocks.Start();
        SayHello();
        Task<Exception?> fault = FirstFaultAsync();
        if (await _opening!.ConfigureAwait(false))
        {
            // Made before the lanes' own, and so called after them: whoever reads "draining" can rely on it that nothing new is taken.
            await using CancellationTokenRegistration draining = ending.Token.Register(() => Health.NotReady("draining"));
            Task[] lanes = _lanes.Start(ending.Token);
            Task depth = new DepthMonitor(_lanes, _metrics, _log, _time, _options.DepthInterval).RunAsync(ending.Token);
            Task health = WatchHealthAsync(ending.Token);
            await Task.WhenAny(Task.WhenAll(lanes), fault).ConfigureAwait(false);
            if (!fault.IsCompleted)
            {
                await Drain.RunAsync(_blocks, lanes, _nats, _metrics, Health, _log, _time, _options.DrainTimeout, abort).ConfigureAwait(false);
            }

            await ending.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(depth, health).ConfigureAwait(false);
        }

        Health.NotReady("stopped");
        if (fault.IsCompleted && await fault.ConfigureAwait(false) is { } exception)
        {
            Health.Dead(exception.Message);
            throw new InvalidOperationException("a block faulted: " + exception.Message, exception);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _abort.CancelAsync().ConfigureAwait(false);
        if (_ending is { } ending)
        {
            // The metrics port may have been taken: nobody waits for the connection any more.
            await ending.CancelAsync().ConfigureAwait(false);
            await ((Task)_opening!).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            ending.Dispose();
        }

        _driver.Dispose();
        _abort.Dispose();
    }

    private void Open(CancellationToken stop, CancellationToken abort)
    {
        _ending = CancellationTokenSource.CreateLinkedTokenSource(stop, abort);
        CancellationToken ending = _ending.Token;
        _connection.Watch(ConnectionLost, ConnectionBack, stop);
        _opening = Task.Run(() => _connection.OpenAsync(ending), CancellationToken.None);
    }

    private void SayHello()
    {
        if (_options.ScalingMode == ScalingMode.Function)
        {
            _log.StartingFunctions(_options.MaxInflight, _lanes.MainOptions.Stream, _options.LimiterEnabled);
        }
        else
        {
            _log.Starting(_options.MaxInflight, _lanes.MainOptions.Stream, _lanes.MainOptions.Consumer);
        }
    }

    // The blocks may not be built yet when the first connection goes already; then they have nothing to lose.
    private void ConnectionLost() => _blocks?.Ack.ConnectionLost();

    private void ConnectionBack()
    {
        _blocks?.Ack.ConnectionBack();
        _lanes?.ConnectionBack();
    }

    private async Task<Exception?> FirstFaultAsync()
    {
        List<Task> blocks = [.. _blocks.Completions.Select(block => block.Completion)];
        while (blocks.Count > 0)
        {
            Task ended = await Task.WhenAny(blocks).ConfigureAwait(false);
            if (ended.Exception is { } exception)
            {
                string name = _blocks.Completions.First(block => block.Completion == ended).Name;
                _log.BlockFaulted(name, exception);
                return exception.GetBaseException();
            }

            blocks.Remove(ended);
        }

        return null;
    }

    private async Task WatchHealthAsync(CancellationToken stop)
    {
        // A start is over in a tenth of a second and should not look twice as long; one that waits for NATS may look less often.
        using PeriodicTimer timer = new(QuickLook, _time);
        int quickLooks = QuickLooks;
        try
        {
            do
            {
                if (quickLooks > 0 && --quickLooks == 0)
                {
                    timer.Period = Look;
                }

                string reason = Reason();
                Health.Note = Note();
                if (stop.IsCancellationRequested)
                {
                    return;
                }

                if (reason.Length == 0 && !Health.IsReady)
                {
                    Health.Ready();
                    _log.Ready();
                }
                else if (reason.Length > 0)
                {
                    Health.NotReady(reason);
                }
            }
            while (await timer.WaitForNextTickAsync(stop).ConfigureAwait(false));
        }
        catch (OperationCanceledException)
        {
        }
    }

    private string Reason()
    {
        ILaneSource main = _lanes.Main;
        if (_connection.Reason is { Length: > 0 } gone)
        {
            return gone;
        }

        if (_lanes.Modes.IsSuperseded)
        {
            // Not ready would stop a rollout half way: a Deployment waits for its new pods before it ends the old one that has the queue.
            return "";
        }

        string refusal = _connection.Refusal;
        return main.IsReady ? "" : $"stream {_lanes.MainOptions.Stream}: {main.Reason}" + (refusal.Length > 0 ? $" ({refusal})" : "");
    }

    // What does not stop the queue, and should be known all the same: an older stream that cannot be served must not take the
    // worker of the main one out of service.
    private string Note()
    {
        LaneSupervisor? older = _lanes.Legacy;
        string unserved = older is { IsReady: false, Reason.Length: > 0 } ? $"stream {older.Options.Stream} is not served: {older.Reason}" : "";
        return string.Join("; ", new[] { _lanes.Modes.Note, unserved }.Where(static note => note.Length > 0));
    }

    private void RefreshGauges()
    {
        _metrics.SetDeliveries(_blocks.Pool.InUse, _blocks.Pool.Size, _blocks.Invoke.Waiting);
        _metrics.SetSlotsBusy(_blocks.Invoke.Busy);
        _metrics.SetLeasesHeld(_blocks.Pool.InUse);
        _metrics.SetRetriesWaiting(_blocks.Tickets.Waiting);
        _metrics.SetWheelTimers(_blocks.Wheel.Count);
        _metrics.SetLanes(_lanes.Count);
        _metrics.SetSlots(_options.MaxInflight);
        _lanes.Gauges?.Refresh();
        _metrics.SetAllocated(GC.GetTotalAllocatedBytes());
    }
}
