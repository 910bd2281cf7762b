namespace Paddlewheel.Engine.Options;

/// <summary>What an operator may tune in the engine. No behaviour: the Host fills it, <see cref="EngineOptionsValidator"/> checks it.</summary>
public sealed class EngineOptions
{
    /// <summary>Queue name, <c>a-z 0-9 - _</c> (contract 1.3). The stream is <c>OF_</c> + this name.</summary>
    public string QueueName { get; set; } = "faas-request";

    /// <summary>Stream of older versions or made by hand (contract 2.6); served beside the main one while it exists.</summary>
    public string LegacyStream { get; set; } = "faas-request";

    /// <summary>Durable consumer on <see cref="LegacyStream"/>.</summary>
    public string LegacyDurable { get; set; } = "faas-workers";

    /// <summary>Namespace of a function whose name has none, for metric labels and subjects.</summary>
    public string DefaultNamespace { get; set; } = "openfaas-fn";

    /// <summary>Concurrent invocations of this replica, 1 to 65,536 (contract 1.3; absent means 1).</summary>
    public int MaxInflight { get; set; } = 1;

    /// <summary>Most messages waiting in memory beyond the free slots; 0 = derived from the measured rate, at most <see cref="MaxInflight"/>.</summary>
    public int PullMaxMessages { get; set; }

    /// <summary>Static or function mode (contract 7.1).</summary>
    public ScalingMode ScalingMode { get; set; } = ScalingMode.Static;

    /// <summary>Take the place of consumers on the queue's stream that no worker of ours made; off: say that they are there, and wait.</summary>
    public bool ReplaceConsumers { get; set; }

    /// <summary>Partitions of the queue, 1 to 1,024; 1 is none.</summary>
    public int QueuePartitions { get; set; } = 1;

    /// <summary>The partition that this worker reads, from 0; only with more than one.</summary>
    public int FilterPartition { get; set; }

    /// <summary>Idle time before a function's consumer is removed, function mode only.</summary>
    public TimeSpan ConsumerInactiveThreshold { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Adaptive concurrency per function, function mode only (contract 7.3).</summary>
    public bool LimiterEnabled { get; set; } = true;

    /// <summary>Replicas of a stream that we create, 1 to 5.</summary>
    public int StreamReplicas { get; set; } = 1;

    /// <summary>JetStream AckWait of a consumer that we create: a dead worker's heartbeat, not a run limit (contract 10).</summary>
    public TimeSpan AckWait { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Where functions are invoked: scheme, host, port and an optional path prefix; no query.</summary>
    public Uri GatewayUrl { get; set; } = new("http://gateway.openfaas:8080");

    /// <summary>Longest call, headers and body together.</summary>
    public TimeSpan UpstreamTimeout { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Longest wait for a TCP connection to the gateway or to a callback's host.</summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Retries after the first try; 0 or less means one try only (contract 4.1).</summary>
    public int MaxRetryAttempts { get; set; } = 100;

    /// <summary>Longest computed wait between retries.</summary>
    public TimeSpan MaxRetryWait { get; set; } = TimeSpan.FromSeconds(120);

    /// <summary>Wait before the first retry; zero is allowed.</summary>
    public TimeSpan InitialRetryWait { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Statuses, 100 to 599, that are retried (contract 4.1).</summary>
    public IReadOnlyList<int> RetryHttpCodes { get; set; } = [408, 429, 500, 502, 503, 504];

    /// <summary>Shape of the random part of a backoff (contract 4.3).</summary>
    public JitterMode Backoff { get; set; } = JitterMode.Exponential;

    /// <summary>Retry the internal header on any error status, as the documents literally say; off: only 408, 425, 429 and 5xx (contract 4.2).</summary>
    public bool RetryInternalLiteral { get; set; }

    /// <summary>Upper bound of a <c>Retry-After</c> (contract 4.4).</summary>
    public TimeSpan RetryAfterCeiling { get; set; } = TimeSpan.FromHours(24);

    /// <summary>Skip certificate checks on callbacks only (contract 1.3 <c>tls_insecure</c>).</summary>
    public bool TlsInsecure { get; set; }

    /// <summary>Longest drain at shutdown before what still runs is left to its lease.</summary>
    public TimeSpan DrainTimeout { get; set; } = TimeSpan.FromSeconds(27);

    /// <summary>Largest message taken, bytes; a larger one is terminated with a reason.</summary>
    public int MaxMessageBytes { get; set; } = 8 * 1024 * 1024;

    /// <summary>Largest function response kept for a callback, bytes; beyond it the callback says so and carries no body.</summary>
    public int MaxResponseBytes { get; set; } = 16 * 1024 * 1024;

    /// <summary>Deepest nesting of objects and arrays in one message, 4 to 1,000; the message itself is 1. A call of the contract takes 3.</summary>
    public int MaxMessageDepth { get; set; } = 64;

    /// <summary>Most header values in one message.</summary>
    public int MaxHeaders { get; set; } = 200;

    /// <summary>Most header bytes in one message, names and values.</summary>
    public int MaxHeaderBytes { get; set; } = 64 * 1024;

    /// <summary>Concurrent callback posts of this replica.</summary>
    public int CallbackMaxInflight { get; set; } = 64;

    /// <summary>Longest callback post, headers and body.</summary>
    public TimeSpan CallbackTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Retries of a callback alone; the function is never run again for it.</summary>
    public int CallbackRetryAttempts { get; set; } = 5;

    /// <summary>Wait before a callback's first retry; doubles up to <see cref="CallbackMaxRetryWait"/>.</summary>
    public TimeSpan CallbackInitialRetryWait { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Longest wait between a callback's retries.</summary>
    public TimeSpan CallbackMaxRetryWait { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Where callbacks may go: URLs of scheme, host, port and an optional path prefix; empty allows all.</summary>
    public IReadOnlyList<string> AllowedCallbackUrls { get; set; } = [];

    /// <summary>Addresses and CIDR ranges that no callback may be sent to, besides the built-in ones.</summary>
    public IReadOnlyList<string> CallbackDeniedCidrs { get; set; } = [];

    /// <summary>Deliveries beyond every allowed try after which a message is terminated unrun; 0 = never.</summary>
    public int QuarantineMargin { get; set; } = 10;

    /// <summary>How often stream and consumer state is read for the depth metrics.</summary>
    public TimeSpan DepthInterval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Version named in <c>User-Agent: queue-worker/VERSION</c>.</summary>
    public string Version { get; set; } = "0.1.0";
}
