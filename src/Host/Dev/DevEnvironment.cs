namespace Paddlewheel.Host.Dev;

/// <summary>
/// The environment of <c>dev</c>: the caller's own settings, defaults that make waits short enough to watch, and the
/// addresses of what <c>dev</c> has started, which always win.
/// </summary>
internal static class DevEnvironment
{
    private static readonly (string Name, string Value)[] Defaults =
    [
        ("bind_address", "127.0.0.1"),
        ("max_inflight", "50"),
        ("ack_wait", "30s"),
        ("initial_retry_wait", "500ms"),
        ("max_retry_wait", "2s"),
        ("callback_initial_retry_wait", "500ms"),
        ("drain_timeout", "10s"),
        ("depth_interval", "1s"),
    ];

    private static readonly string[] NotInherited =
    [
        "gateway_address", "nats_user", "nats_password", "nats_password_file", "nats_token", "nats_token_file", "nats_nkey_file", "nats_creds_file",
        "nats_tls", "nats_tls_insecure", "nats_tls_ca_file", "nats_tls_cert_file", "nats_tls_key_file", "nats_stream_replicas", "nats_stream_replication",
    ];

    public static Dictionary<string, string?> Over(IReadOnlyDictionary<string, string?> environment, int natsPort, Uri functions)
    {
        var result = new Dictionary<string, string?>(environment, StringComparer.Ordinal);
        foreach ((string name, string value) in Defaults)
        {
            if (string.IsNullOrEmpty(result.GetValueOrDefault(name)))
            {
                result[name] = value;
            }
        }

        foreach (string name in NotInherited)
        {
            result.Remove(name);
        }

        result["nats_host"] = "127.0.0.1";
        result["nats_port"] = natsPort.ToString(System.Globalization.CultureInfo.InvariantCulture);
        result["gateway_url"] = functions.GetLeftPart(UriPartial.Authority);
        return result;
    }
}
