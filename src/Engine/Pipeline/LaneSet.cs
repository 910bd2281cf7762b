using Microsoft.Extensions.Logging;
using NATS.Client.Core;
using NATS.Client.JetStream;
using Paddlewheel.Engine.Calls;
using Paddlewheel.Engine.Fetch;
using Paddlewheel.Engine.Judge;
using Paddlewheel.Engine.Lanes;
using Paddlewheel.Engine.Modes;
using Paddlewheel.Engine.Options;
using Paddlewheel.Engine.Telemetry;
using Paddlewheel.Engine.Wire;

namespace Paddlewheel.Engine.Pipeline;

/// <summary>The lanes of a worker: the queue's own, in the mode that is asked for, and the older stream beside it.</summary>
internal sealed class LaneSet
{
    private readonly EngineOptions _options;
    private readonly NatsConnection _nats;
    private readonly Blocks _blocks;
    private readonly EngineMetrics _metrics;
    private readonly ILogger _log;
    private readonly TimeProvider _time;
    private readonly CreditShare _credits;
    private readonly Dealer _dealer;
    private readonly Provisioner _provisioner;
    private readonly CancelWatch _cancels;

    public LaneSet(EngineOptions options, NatsConnection nats, Blocks blocks, EngineMetrics metrics, ILogger log, TimeProvider time)
    {
        _options = options;
        _nats = nats;
        _blocks = blocks;
        _metrics = metrics;
        _log = log;
        _time = time;
        _credits = new CreditShare(options.MaxInflight, time, IdleLanes.MostListening);
        _dealer = new Dealer(_credits, new LaneLimits(blocks.Tickets, blocks.Invoke.LimitChanged, time), blocks.Wheel);
        JetStream = new NatsJSContext(nats);
        MainOptions = LaneOptions.Main(options);
        StreamBook book = new(blocks.Pool.Size);
        LaneFactory factory = new(NewLane, Supervisor, supervisor => _credits.Leave(supervisor.Share), () => _credits.Deal());
        Modes = new ModeKeeper(
            MainOptions, options.ScalingMode, book, JetStream, new ConsumerReader(JetStream, MainOptions, options.ScalingMode),
            new ModeClaim(nats, JetStream, MainOptions, options.ScalingMode, options.ReplaceConsumers, log), log, time);
        _cancels = new CancelWatch(nats, JetStream.Opts.Prefix, blocks.Cancelled, blocks.EndCancelled, metrics, log, time);
        _provisioner = new Provisioner(JetStream, log) { Modes = Modes, Known = _cancels.Known };
        Action<string> lookAgain;
        if (options.ScalingMode == ScalingMode.Function)
        {
            FunctionLanes functions = Functions(factory, book);
            (Main, lookAgain) = (functions, functions.LookAgain);
        }
        else
        {
            LaneSupervisor lane = Fixed(MainOptions, book);
            (Main, lookAgain) = (lane, lane.LookAgain);
        }

        Modes.TookOver = () => lookAgain("the queue was taken over again");
        Fenced = new FencedLanes(MainOptions, factory, book, Modes, JetStream, log, time);
        Legacy = options.LegacyStream.Length > 0 && options.LegacyStream != MainOptions.Stream ? Fixed(LaneOptions.Legacy(options), new StreamBook(blocks.Pool.Size)) : null;
    }

    public NatsJSContext JetStream { get; }

    public LaneOptions MainOptions { get; }

    /// <summary>Which mode has the queue.</summary>
    public ModeKeeper Modes { get; }

    /// <summary>What consumers of the other mode still have.</summary>
    public FencedLanes Fenced { get; }

    /// <summary>The queue's own stream: one lane, or one per function.</summary>
    public ILaneSource Main { get; }

    /// <summary>The stream of older versions or made by hand; null when there is none to serve.</summary>
    public LaneSupervisor? Legacy { get; }

    /// <summary>Gauges by function; null in static mode.</summary>
    public FunctionGauges? Gauges { get; private set; }

    /// <summary>Depths by function; null in static mode.</summary>
    public FunctionDepths? Depths { get; private set; }

    /// <summary>Lanes that share the slots now.</summary>
    public int Count => _credits.Count;

    public IEnumerable<ILaneSource> All => Legacy is null ? [Main, Fenced] : [Main, Fenced, Legacy];

    /// <summary>Lanes with a consumer of all functions.</summary>
    public IEnumerable<LaneSupervisor> Shared => All.OfType<LaneSupervisor>();

    public Task[] Start(CancellationToken stop)
    {
        _dealer.Start();

        // First, so that its answer is there when the lanes have theirs.
        Task cancels = _cancels.RunAsync(stop);
        return [.. All.Select(lane => lane.RunAsync(stop)), Modes.RunAsync(stop), cancels];
    }

    public void ConnectionBack()
    {
        _cancels.ConnectionBack();
        foreach (ILaneSource lane in All)
        {
            lane.ConnectionBack();
        }
    }

    private LaneSupervisor Fixed(LaneOptions options, StreamBook book) =>
        Supervisor(options, new Lane(options.Stream, options.Consumer, options.AckWait, book, _metrics.ForQueue(options.Queue)));

    private FunctionLanes Functions(LaneFactory factory, StreamBook stream)
    {
        Depths = new FunctionDepths(_options.QueueName, _metrics);
        FunctionLaneBook book = new(stream, _options.QueueName, _options.DefaultNamespace, _metrics);
        Gauges = new FunctionGauges(book, _options.QueueName, _metrics, _time);
        return new FunctionLanes(
            MainOptions, factory, book, _provisioner,
            new SubjectScan(JetStream, MainOptions.Stream, MainOptions.Filter.Length > 0 ? MainOptions.Filter : ">", _time),
            new IdleLanes(MainOptions.Stream, book, Modes, new LaneRemoval(_nats, JetStream, _log), Depths, _time, _options.ConsumerInactiveThreshold),
            new FunctionNames(JetStream, EnvelopeLimits.From(_options)),
            Depths, _log, _time);
    }

    private Lane NewLane(LaneOptions options, StreamBook stream, LaneName? name)
    {
        Lane lane = new(options.Stream, options.Consumer, options.AckWait, stream, _metrics.ForQueue(options.Queue), name);
        if (_options.LimiterEnabled && name is not null)
        {
            // A lane of all functions has no capacity of its own to find.
            lane.Line.Adaptive = new AdaptiveLimit(new AdaptiveRules(), _time, new LockedRandom(new Random()));
        }

        return lane;
    }

    private LaneSupervisor Supervisor(LaneOptions options, Lane lane)
    {
        CreditShare.Share share = _credits.Join(lane);
        CreditGate gate = new(lane, share, _blocks.Pool, _blocks.PrefetchLimit, _time);
        FetchBlock fetch = new(lane, gate, _blocks.Pool, _blocks.Home, _blocks.Invoke, _blocks.Ack, _metrics, _log, _time);
        return new LaneSupervisor(options, lane, gate, share, fetch, _nats, _provisioner, _blocks.Wheel, _metrics, _log, _time);
    }
}
