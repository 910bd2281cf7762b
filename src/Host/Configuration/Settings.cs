using System.Globalization;
using static Paddlewheel.Host.Configuration.Setting;

namespace Paddlewheel.Host.Configuration;

/// <summary>The table of every setting: parsing and docs/configuration.md both come from here. Names are those of contract 1.3.</summary>
internal static class Settings
{
    /// <summary>What the charts send.</summary>
    public static readonly Setting[] Charts =
    [
        Text("nats_host", "nats.openfaas", "Host of the NATS server", o => o.NatsHost, (o, v) => o.NatsHost = v),
        Number("nats_port", "4222", "Port of the NATS server", o => o.NatsPort, (o, v) => o.NatsPort = v),
        Text("nats_stream", "faas-request", "Stream of older versions or made by hand; served as long as it exists", o => o.Engine.LegacyStream, (o, v) => o.Engine.LegacyStream = v),
        Text("nats_durable", "faas-workers", "Durable consumer on `nats_stream`", o => o.Engine.LegacyDurable, (o, v) => o.Engine.LegacyDurable = v),
        Text("default_function_name", "openfaas-fn", "Namespace of a function whose name has none", o => o.Engine.DefaultNamespace, (o, v) => o.Engine.DefaultNamespace = v),
        Text("queue_name", "slow-jobs", "Name of the queue (`a-z 0-9 - _`); the stream is `OF_` and this name; empty names the queue after `nats_stream`", o => o.QueueName, (o, v) => o.QueueName = v),
        Number("queue_partitions", "1", "Partitions of the queue: the ingress writes each function's into the subject, and a worker reads one; 1 is none", o => o.Engine.QueuePartitions, (o, v) => o.Engine.QueuePartitions = v),
        Number("filter_partition", "0", "Partition that this worker reads, 0 to `queue_partitions` - 1", o => o.Engine.FilterPartition, (o, v) => o.Engine.FilterPartition = v),
        Number("max_inflight", "50", "Concurrent invocations of this replica", o => o.Engine.MaxInflight, (o, v) => o.Engine.MaxInflight = v),
        Choice("scaling_mode", "How consumers come to be; `static`: one shared consumer; `function`: one per function with queued work", o => o.Engine.ScalingMode, (o, v) => o.Engine.ScalingMode = v),
        Duration("consumer_inactive_threshold", "30s", "Idle time before a function's consumer is removed, function mode only", o => o.Engine.ConsumerInactiveThreshold, (o, v) => o.Engine.ConsumerInactiveThreshold = v) with { Aliases = ["inactive_threshold"] },
        Number("consumer_pull_max_messages", "100", "Most messages waiting in memory beyond the free slots; 0 derives it from the measured rate", o => o.Engine.PullMaxMessages, (o, v) => o.Engine.PullMaxMessages = v),
        GatewayUrl(),
        Flag("tls_insecure", "Skip certificate checks on callbacks", o => o.Engine.TlsInsecure, (o, v) => o.Engine.TlsInsecure = v),
        Flag("debug", "Debug logging", o => o.Debug, (o, v) => o.Debug = v),
        Choice("log_encoding", "How log lines are written", o => o.LogEncoding, (o, v) => o.LogEncoding = v),
        Number("nats_stream_replicas", "3", "Replicas of a stream that the worker creates", o => o.Engine.StreamReplicas, (o, v) => o.Engine.StreamReplicas = v) with { Aliases = ["nats_stream_replication"] },
        Duration("ack_wait", "60s", "Heartbeat of a worker, not a limit of a run: a dead worker's messages are delivered again after it", o => o.Engine.AckWait, (o, v) => o.Engine.AckWait = v),
        Flag("limiter_enabled", "Adaptive concurrency, function mode only", o => o.Engine.LimiterEnabled, (o, v) => o.Engine.LimiterEnabled = v),
        Duration("upstream_timeout", "1m", "Longest call of a function", o => o.Engine.UpstreamTimeout, (o, v) => o.Engine.UpstreamTimeout = v),
        Number("max_retry_attempts", "100", "Retries after the first try; 0 or less means one try only", o => o.Engine.MaxRetryAttempts, (o, v) => o.Engine.MaxRetryAttempts = v),
        Duration("max_retry_wait", "120s", "Longest wait between retries", o => o.Engine.MaxRetryWait, (o, v) => o.Engine.MaxRetryWait = v),
        Duration("initial_retry_wait", "10s", "Wait before the first retry", o => o.Engine.InitialRetryWait, (o, v) => o.Engine.InitialRetryWait = v),
        RetryCodes(),
        Choice("backoff", "Shape of the random part of a wait", o => o.Engine.Backoff, (o, v) => o.Engine.Backoff = v),
    ];

    /// <summary>Credentials and TLS towards NATS.</summary>
    public static readonly Setting[] Nats =
    [
        Text("nats_user", "worker", "User name; needs a password", o => o.NatsUser, (o, v) => o.NatsUser = v),
        Text("nats_password", "(the password)", "Password; prefer `nats_password_file`", o => o.NatsPassword, (o, v) => o.NatsPassword = v) with { Secret = true },
        Text("nats_password_file", "/var/secrets/nats/password", "File that holds the password", o => o.NatsPasswordFile, (o, v) => o.NatsPasswordFile = v),
        Text("nats_token", "(the token)", "Token; prefer `nats_token_file`", o => o.NatsToken, (o, v) => o.NatsToken = v) with { Secret = true },
        Text("nats_token_file", "/var/secrets/nats/token", "File that holds the token; the flag `-nats-token-file=PATH` wins", o => o.NatsTokenFile, (o, v) => o.NatsTokenFile = v),
        Text("nats_nkey_file", "/var/secrets/nats/worker.nk", "File that holds an NKey seed", o => o.NatsNKeyFile, (o, v) => o.NatsNKeyFile = v),
        Text("nats_creds_file", "/var/secrets/nats/worker.creds", "File that holds a JWT and its seed", o => o.NatsCredsFile, (o, v) => o.NatsCredsFile = v),
        Flag("nats_tls", "Demand TLS; naming a file below demands it as well", o => o.NatsTls, (o, v) => o.NatsTls = v),
        Text("nats_tls_ca_file", "/var/secrets/nats/ca.crt", "Certificate authority of the server, PEM", o => o.NatsTlsCaFile, (o, v) => o.NatsTlsCaFile = v),
        Text("nats_tls_cert_file", "/var/secrets/nats/tls.crt", "Client certificate, PEM", o => o.NatsTlsCertFile, (o, v) => o.NatsTlsCertFile = v),
        Text("nats_tls_key_file", "/var/secrets/nats/tls.key", "Key of the client certificate, PEM", o => o.NatsTlsKeyFile, (o, v) => o.NatsTlsKeyFile = v),
        Flag("nats_tls_insecure", "Use TLS without a check of the server's certificate", o => o.NatsTlsInsecure, (o, v) => o.NatsTlsInsecure = v),
    ];

    /// <summary>Our own additions.</summary>
    public static readonly Setting[] Own =
    [
        Number("metrics_port", "8081", "Port of metrics and health; 0 takes a free one", o => o.MetricsPort, (o, v) => o.MetricsPort = v),
        Number("ingress_port", "8080", "Port of the ingress; 0 takes a free one", o => o.IngressPort, (o, v) => o.IngressPort = v),
        Text("bind_address", "127.0.0.1", "IP address of the listeners; empty is all addresses", o => o.BindAddress, (o, v) => o.BindAddress = v),
        Duration("connect_timeout", "5s", "Longest wait for a TCP connection to the gateway or a callback's host", o => o.Engine.ConnectTimeout, (o, v) => o.Engine.ConnectTimeout = v),
        Duration("drain_timeout", "27s", "Longest drain at shutdown; keep it below the pod's termination grace period", o => o.Engine.DrainTimeout, (o, v) => o.Engine.DrainTimeout = v),
        Flag("retry_internal_literal", "Retry the internal header on any error status; off: 408, 425, 429 and 5xx", o => o.Engine.RetryInternalLiteral, (o, v) => o.Engine.RetryInternalLiteral = v),
        Duration("retry_after_ceiling", "24h", "Upper bound of a `Retry-After`", o => o.Engine.RetryAfterCeiling, (o, v) => o.Engine.RetryAfterCeiling = v),
        Number("max_message_bytes", "8388608", "Largest message taken; a larger one is terminated", o => o.Engine.MaxMessageBytes, (o, v) => o.Engine.MaxMessageBytes = v),
        Number("max_response_bytes", "16777216", "Largest response kept for a callback", o => o.Engine.MaxResponseBytes, (o, v) => o.Engine.MaxResponseBytes = v),
        Number("max_message_depth", "64", "Deepest nesting of objects and arrays in one message; a deeper one is terminated", o => o.Engine.MaxMessageDepth, (o, v) => o.Engine.MaxMessageDepth = v),
        Number("max_headers", "200", "Most header values in one message", o => o.Engine.MaxHeaders, (o, v) => o.Engine.MaxHeaders = v),
        Number("max_header_bytes", "65536", "Most header bytes in one message", o => o.Engine.MaxHeaderBytes, (o, v) => o.Engine.MaxHeaderBytes = v),
        Number("callback_max_inflight", "64", "Concurrent callback posts of this replica", o => o.Engine.CallbackMaxInflight, (o, v) => o.Engine.CallbackMaxInflight = v),
        Duration("callback_timeout", "30s", "Longest callback post", o => o.Engine.CallbackTimeout, (o, v) => o.Engine.CallbackTimeout = v),
        Number("callback_retry_attempts", "5", "Retries of a callback; the function is never run again for it", o => o.Engine.CallbackRetryAttempts, (o, v) => o.Engine.CallbackRetryAttempts = v),
        Duration("callback_initial_retry_wait", "1s", "Wait before a callback's first retry", o => o.Engine.CallbackInitialRetryWait, (o, v) => o.Engine.CallbackInitialRetryWait = v),
        Duration("callback_max_retry_wait", "30s", "Longest wait between a callback's retries", o => o.Engine.CallbackMaxRetryWait, (o, v) => o.Engine.CallbackMaxRetryWait = v),
        List("allowed_callback_urls", "list of URLs", "https://hooks.example.com/openfaas,http://10.1.2.3:8080", "Where callbacks may go, separated by commas: scheme, host and port exactly, then an optional path prefix of whole segments; empty allows all", o => o.Engine.AllowedCallbackUrls, (o, v) => o.Engine.AllowedCallbackUrls = v),
        List("callback_denied_cidrs", "list of addresses and ranges", "10.0.0.0/8,fd12::/16", "Addresses that no callback is sent to, separated by commas, besides link-local, metadata, multicast and unspecified ones, which are always denied", o => o.Engine.CallbackDeniedCidrs, (o, v) => o.Engine.CallbackDeniedCidrs = v),
        Number("quarantine_margin", "10", "Deliveries beyond the first try and all retries after which a message is terminated without another run; 0 turns it off", o => o.Engine.QuarantineMargin, (o, v) => o.Engine.QuarantineMargin = v),
        Flag("replace_consumers", "Take the place of consumers on the queue's stream that are not this worker's; off: they are reported and nothing is touched", o => o.Engine.ReplaceConsumers, (o, v) => o.Engine.ReplaceConsumers = v),
        Duration("depth_interval", "5s", "How often the depth metrics are read from JetStream", o => o.Engine.DepthInterval, (o, v) => o.Engine.DepthInterval = v),
    ];

    /// <summary>Names of older charts that mean nothing here any more (contract 1.4).</summary>
    public static readonly string[] Ignored = ["max_waiting", "max_reconnect", "reconnect_delay", "print_request_body", "print_response_body"];

    public static readonly Setting[] All = [.. Charts, .. Nats, .. Own];

    private static Setting GatewayUrl() => new()
    {
        Name = "gateway_url",
        Kind = "URL",
        Example = "http://gateway.openfaas:8080",
        Meaning = "Where functions are invoked: http or https, with an optional path before `/function/`",
        Aliases = ["gateway_address"],
        Show = o => o.Engine.GatewayUrl.OriginalString,
        Apply = (o, value) =>
        {
            // The oldest charts sent host:port, which Uri would read as a scheme and a path.
            if (!Uri.TryCreate(value.Contains("://", StringComparison.Ordinal) ? value : "http://" + value, UriKind.Absolute, out var url) || url.Host.Length == 0)
            {
                return "it is not an absolute URL";
            }

            o.Engine.GatewayUrl = url;
            return null;
        },
    };

    private static Setting RetryCodes() => new()
    {
        Name = "retry_http_codes",
        Kind = "list of numbers",
        Example = "408,429,500,502,503,504",
        Meaning = "Statuses that are retried, separated by commas",
        Show = o => string.Join(',', o.Engine.RetryHttpCodes),
        Apply = (o, value) =>
        {
            var codes = new List<int>();
            foreach (var part in value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            {
                if (!int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var code))
                {
                    return "it is not a list of statuses separated by commas";
                }

                codes.Add(code);
            }

            o.Engine.RetryHttpCodes = codes;
            return null;
        },
    };
}
