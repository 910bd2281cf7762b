using System.Text;
using System.Threading.Tasks.Dataflow;
using Microsoft.Extensions.Logging;
using NATS.Client.Core;
using Paddlewheel.Engine.Ack;
using Paddlewheel.Engine.Callback;
using Paddlewheel.Engine.Calls;
using Paddlewheel.Engine.Deliveries;
using Paddlewheel.Engine.Fetch;
using Paddlewheel.Engine.Invoke;
using Paddlewheel.Engine.Judge;
using Paddlewheel.Engine.Lanes;
using Paddlewheel.Engine.Modes;
using Paddlewheel.Engine.Options;
using Paddlewheel.Engine.Retry;
using Paddlewheel.Engine.Telemetry;
using Paddlewheel.Engine.Timing;
using Paddlewheel.Engine.Wire;

namespace Paddlewheel.Engine.Pipeline;

/// <summary>
/// The walk of a delivery, drawn once:
/// <code>
///   credits = free deliveries (never more asked for than has a place)
///   +-----------------------------------------------------------------------+
///   v                                                                       |
///   JetStream --> Fetch --> Invoke --> Judge --> Ack ---------------------> free
///                                       |--> Callback --> Ack               |
///                                       |--> Retry (wheel or server) --> Nak +
/// </code>
/// The only file with a LinkTo, and no code that runs per message. No cycles: a retry goes back through the server.
/// </summary>
internal sealed class Blocks
{
    public required TimerWheel Wheel { get; init; }

    public required DeliveryPool Pool { get; init; }

    /// <summary>Most messages that a lane may hold beyond its slots; the pool has places for them.</summary>
    public required int PrefetchLimit { get; init; }

    public required DeliveryHome Home { get; init; }

    public required TicketBook Tickets { get; init; }

    public required LeaseKeeper Leases { get; init; }

    public required InvokeBlock Invoke { get; init; }

    public required InlineBlock<Delivery> Judge { get; init; }

    public required RetryBlock Retries { get; init; }

    public required InlineBlock<Delivery> Retry { get; init; }

    public required ActionBlock<Delivery> Callback { get; init; }

    public required AckBlock Ack { get; init; }

    public required CancelledCalls Cancelled { get; init; }

    /// <summary>Name and completion of every block: the first to fault ends the worker.</summary>
    public IEnumerable<(string Name, Task Completion)> Completions =>
    [
        ("invoke", Invoke.Completion), ("judge", Judge.Completion), ("retry", Retry.Completion), ("callback", Callback.Completion), ("ack", Ack.Completion),
    ];

    public static Blocks Build(EngineOptions options, NatsConnection nats, EngineMetrics metrics, ILogger log, IInvocationLog calls, TimeProvider time, Random random, CancellationToken abort)
    {
        int prefetch = options.PullMaxMessages > 0 ? options.PullMaxMessages : Prefetch.DefaultLimit(options.MaxInflight);
        int listening = options.ScalingMode == ScalingMode.Function ? IdleLanes.MostListening : 0;
        int size = options.MaxInflight + prefetch + Math.Max(options.CallbackMaxInflight, options.MaxInflight) + listening + FencedLanes.MostAtOnce + AckBatch.Size;
        DeliveryPool pool = new(size);
        TimerWheel wheel = new(time);
        DeliveryHome home = new(pool, metrics, log, time);
        TicketBook tickets = new(wheel, time);
        AckBlock ack = new(new NatsAckSender(nats), home, tickets, wheel, metrics, log, time, size * 2, abort);
        tickets.SendTo(ack);

        RetryPolicies policies = new(RetryPolicy.From(options), invalid: log.InvalidAnnotation);
        CancelledCalls cancelled = new(time);
        InvokeBlock invoke = new(Slots(options, wheel, calls, time, new Quarantine(policies, options.QuarantineMargin), cancelled), options.MaxInflight);
        RetryBlock retries = new(tickets, home, ack, time);
        InlineBlock<Delivery> retry = new(retries.Accept);
        VettedConnector connector = new(AddressPolicy.From(options.CallbackDeniedCidrs));
        CallbackPoster poster = new(
            HttpClients.ForCallbacks(options.CallbackMaxInflight, options.ConnectTimeout, options.TlsInsecure, connector), CallbackOptions.From(options), wheel, ack, metrics, log, random, abort);
        ActionBlock<Delivery> callback = new(poster.PostAsync, new ExecutionDataflowBlockOptions
        {
            BoundedCapacity = size,
            EnsureOrdered = false,
            MaxDegreeOfParallelism = options.CallbackMaxInflight,
        });
        poster.ReturnTo(callback);
        InlineBlock<Delivery> judge = new(new JudgeBlock(policies, ack, retry, callback, metrics, log, time, random, cancelled).Accept);
        invoke.LinkTo(judge);

        return new Blocks
        {
            Wheel = wheel,
            Pool = pool,
            PrefetchLimit = prefetch,
            Home = home,
            Tickets = tickets,
            Leases = new LeaseKeeper(pool, wheel, ack, time, options.AckWait),
            Invoke = invoke,
            Judge = judge,
            Retries = retries,
            Retry = retry,
            Callback = callback,
            Ack = ack,
            Cancelled = cancelled,
        };
    }

    public void Start()
    {
        Ack.Start();
        Invoke.Start();
        Leases.Start();
    }

    /// <summary>A call was cancelled: what runs of it ends, what waits here for a retry is asked for at once, and ends then.</summary>
    public void EndCancelled(byte[] callId)
    {
        Invoke.Cancel(callId);
        Tickets.WakeCall(callId);
    }

    private static SlotParts Slots(EngineOptions options, TimerWheel wheel, IInvocationLog log, TimeProvider time, Quarantine quarantine, CancelledCalls cancelled) => new(
        HttpClients.ForGateway(options.MaxInflight, options.ConnectTimeout),
        Encoding.ASCII.GetBytes(options.GatewayUrl.AbsoluteUri.TrimEnd('/') + "/function/"),
        new TargetCache(),
        wheel,
        time,
        log,
        options.UpstreamTimeout,
        EnvelopeLimits.From(options),
        options.MaxResponseBytes,
        "queue-worker/" + options.Version,
        quarantine,
        cancelled);
}
