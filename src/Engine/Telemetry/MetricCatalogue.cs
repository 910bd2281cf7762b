namespace Paddlewheel.Engine.Telemetry;

/// <summary>One metric as scraped: the code registers it and docs/metrics.md lists it from here.</summary>
internal sealed record MetricEntry(string Name, string Type, string[] Labels, string Help);

/// <summary>Every metric, the five of the contract (contract 8) first. Their names, types and labels never change.</summary>
internal static class MetricCatalogue
{
    private static readonly string[] None = [];
    private static readonly string[] Queue = ["queue_name"];
    private static readonly string[] QueueAndStream = ["queue_name", "stream"];
    private static readonly string[] QueueAndFunction = ["queue_name", "function_name"];

    public static readonly MetricEntry Pending = new("queue_worker_pending_messages", "gauge", QueueAndFunction,
        "Messages not yet acknowledged: waiting, executing or waiting for a retry");
    public static readonly MetricEntry Processed = new("queue_worker_messages_processed_total", "counter", Queue,
        "Messages that came to an end; retries do not count");
    public static readonly MetricEntry Submitted = new("queue_worker_messages_submitted_total", "gauge", Queue,
        "Messages ever put on the stream, read from JetStream: the same on every replica");
    public static readonly MetricEntry Inflight = new("queue_worker_function_invocation_inflight", "gauge", QueueAndFunction,
        "Invocations executing now on this replica");
    public static readonly MetricEntry Reconnects = new("queue_worker_nats_reconnect_total", "counter", None,
        "Reconnections to NATS");

    public static readonly MetricEntry Duration = new("paddlewheel_invocation_duration_seconds", "histogram", Queue,
        "Time of one invocation, every try counted");
    public static readonly MetricEntry QueueWait = new("paddlewheel_queue_wait_seconds", "histogram", Queue,
        "Time from publish to the first invocation");
    public static readonly MetricEntry Outcomes = new("paddlewheel_outcomes_total", "counter", ["queue_name", "outcome"],
        "Messages by how they ended: success, refused, exhausted, poison, cancelled");
    public static readonly MetricEntry Retries = new("paddlewheel_retries_total", "counter", ["queue_name", "reason"],
        "Retries by cause: status, internal, timeout, connect, reset, protocol");
    public static readonly MetricEntry RetriesWaiting = new("paddlewheel_retries_waiting", "gauge", None,
        "Deliveries waiting for their backoff in this replica");
    public static readonly MetricEntry LeasesHeld = new("paddlewheel_leases_held", "gauge", None,
        "Deliveries whose lease this replica renews");
    public static readonly MetricEntry LeaseRenewals = new("paddlewheel_lease_renewals_total", "counter", None,
        "Lease renewals sent");
    public static readonly MetricEntry LeasesLost = new("paddlewheel_leases_lost_total", "counter", None,
        "Leases that ran out while the delivery was still held");
    public static readonly MetricEntry DeliveriesInUse = new("paddlewheel_deliveries_in_use", "gauge", None,
        "Pooled deliveries rented now");
    public static readonly MetricEntry Deliveries = new("paddlewheel_deliveries", "gauge", None,
        "Deliveries in the pool, rented or free");
    public static readonly MetricEntry DeliveriesWaiting = new("paddlewheel_deliveries_waiting", "gauge", None,
        "Deliveries received and waiting for a slot");
    public static readonly MetricEntry SlotsBusy = new("paddlewheel_slots_busy", "gauge", None,
        "Slots with an invocation; the limit is max_inflight");
    public static readonly MetricEntry WheelLag = new("paddlewheel_wheel_lag_seconds", "gauge", None,
        "How late the timer wheel ran last");
    public static readonly MetricEntry WheelTimers = new("paddlewheel_wheel_timers", "gauge", None,
        "Timers armed");
    public static readonly MetricEntry Acks = new("paddlewheel_acks_total", "counter", ["kind"],
        "Answers to JetStream: ack, nak, term, in_progress");
    public static readonly MetricEntry Pulls = new("paddlewheel_pulls_total", "counter", None,
        "Pull requests sent");
    public static readonly MetricEntry PullStatus = new("paddlewheel_pull_status_total", "counter", ["status"],
        "Status messages received on a pull, by code");
    public static readonly MetricEntry Callbacks = new("paddlewheel_callbacks_total", "counter", ["outcome"],
        "Callbacks by how they ended: delivered, refused, exhausted, abandoned, blocked");
    public static readonly MetricEntry CallbacksInflight = new("paddlewheel_callbacks_inflight", "gauge", None,
        "Callbacks being posted now");
    public static readonly MetricEntry Dropped = new("paddlewheel_dropped_total", "counter", ["reason"],
        "Messages, headers or results dropped, by reason");
    public static readonly MetricEntry Duplicates = new("paddlewheel_duplicates_suppressed_total", "counter", None,
        "Deliveries of a message that this replica already holds");
    public static readonly MetricEntry Allocated = new("paddlewheel_allocated_bytes_total", "counter", None,
        "Managed bytes allocated by the process since its start");
    public static readonly MetricEntry Connected = new("paddlewheel_nats_connected", "gauge", None,
        "1 while the connection to NATS is up, else 0");
    public static readonly MetricEntry AckPending = new("paddlewheel_ack_pending", "gauge", QueueAndStream,
        "Messages given out and not acknowledged, of all replicas; waiting retries count");
    public static readonly MetricEntry MaxAckPending = new("paddlewheel_max_ack_pending", "gauge", QueueAndStream,
        "The consumer's limit of the same: delivery pauses when it is reached; absent without one");

    public static readonly MetricEntry LaneCount = new("paddlewheel_lanes", "gauge", None,
        "Lanes that share max_inflight now: one in static mode, one per function with work in function mode");

    public static readonly MetricEntry FunctionLimit = new("paddlewheel_function_limit", "gauge", QueueAndFunction,
        "Calls of this function that this replica may run at once now: its share, or less when the function rejects more; function mode only");
    public static readonly MetricEntry FunctionShare = new("paddlewheel_function_share", "gauge", QueueAndFunction,
        "Slots of this replica that the function could have now by fair share; 0 while its lane sleeps; function mode only");
    public static readonly MetricEntry FunctionOldest = new("paddlewheel_function_oldest_seconds", "gauge", QueueAndFunction,
        "Age of the oldest message of this function that waits, as far as this replica has seen; function mode only");
    public static readonly MetricEntry Slots = new("paddlewheel_slots", "gauge", None,
        "Slots of this replica: max_inflight");

    public static readonly MetricEntry CancelledIds = new("paddlewheel_cancelled_ids", "gauge", None,
        "Ids of cancelled calls that this replica remembers, at most 100,000");

    public static readonly MetricEntry[] All =
    [
        Pending, Processed, Submitted, Inflight, Reconnects,
        Duration, QueueWait, Outcomes, Retries, RetriesWaiting, LeasesHeld, LeaseRenewals, LeasesLost,
        DeliveriesInUse, Deliveries, DeliveriesWaiting, SlotsBusy, WheelLag, WheelTimers, Acks, Pulls, PullStatus,
        Callbacks, CallbacksInflight, Dropped, Duplicates, Connected, Allocated,
        AckPending, MaxAckPending, LaneCount, FunctionLimit, FunctionShare, FunctionOldest, Slots, CancelledIds,
    ];
}
