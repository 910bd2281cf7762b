namespace Paddlewheel.Engine.Integration.Support;

/// <summary>
/// The environments of both Helm charts, as their templates render them (contract 1.3). Only the two addresses are ours: a cluster's
/// DNS names mean nothing here.
/// </summary>
internal static class Charts
{
    /// <summary>The main chart; <c>nats_port</c> is absent unless NATS is external.</summary>
    public static Dictionary<string, string> MainChart(Uri gateway) => new(StringComparer.Ordinal)
    {
        ["nats_host"] = "127.0.0.1",
        ["nats_stream"] = "faas-request",
        ["nats_durable"] = "faas-workers",
        ["default_function_name"] = "openfaas-fn",
        ["max_inflight"] = "50",
        ["scaling_mode"] = "static",
        ["gateway_url"] = gateway.ToString().TrimEnd('/'),
        ["tls_insecure"] = "false",
        ["debug"] = "false",
        ["log_encoding"] = "console",
        ["nats_stream_replicas"] = "1",
        ["ack_wait"] = "60s",
        ["limiter_enabled"] = "true",
        ["upstream_timeout"] = "1m",
        ["max_retry_attempts"] = "100",
        ["max_retry_wait"] = "120s",
        ["initial_retry_wait"] = "10s",
        ["retry_http_codes"] = "408,429,500,502,503,504",
        ["backoff"] = "",
    };

    /// <summary>The queue-worker chart with its own defaults.</summary>
    public static Dictionary<string, string> QueueWorkerChart(Uri gateway) => new(StringComparer.Ordinal)
    {
        ["nats_host"] = "127.0.0.1",
        ["nats_port"] = "4222",
        ["nats_stream"] = "custom-request",
        ["nats_durable"] = "custom-workers",
        ["queue_name"] = "",
        ["queue_partitions"] = "1",
        ["filter_partition"] = "0",
        ["max_inflight"] = "1",
        ["scaling_mode"] = "static",
        ["gateway_url"] = gateway.ToString().TrimEnd('/'),
        ["tls_insecure"] = "false",
        ["debug"] = "false",
        ["log_encoding"] = "console",
        ["nats_stream_replicas"] = "1",
        ["ack_wait"] = "30s",
        ["limiter_enabled"] = "true",
        ["upstream_timeout"] = "1m",
        ["max_retry_attempts"] = "100",
        ["max_retry_wait"] = "120s",
        ["initial_retry_wait"] = "10s",
        ["retry_http_codes"] = "408,429,500,502,503,504",
        ["backoff"] = "",
    };
}
