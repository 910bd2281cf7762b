using System.Buffers;
using System.Globalization;
using Paddlewheel.Engine.Callback;

namespace Paddlewheel.Engine.Options;

/// <summary>Ranges of <see cref="EngineOptions"/> and the rules between two of them. Finds every problem, not only the first.</summary>
public static class EngineOptionsValidator
{
    // NATS forbids blanks, dots, wildcards and path separators in the names of streams and consumers.
    private static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_");

    private static readonly TimeSpan Year = TimeSpan.FromDays(366);

    /// <summary>Every problem found, in the order of the properties; names are those of the environment variables.</summary>
    public static IReadOnlyList<OptionProblem> Validate(EngineOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var problems = new List<OptionProblem>();
        CheckNames(options, problems);
        CheckWork(options, problems);
        CheckRetries(options, problems);
        CheckSizes(options, problems);
        CheckCallbacks(options, problems);
        return problems;
    }

    private static void CheckNames(EngineOptions o, List<OptionProblem> problems)
    {
        Name(problems, "queue_name", o.QueueName, "faas-request", mayBeEmpty: false);
        Name(problems, "nats_stream", o.LegacyStream, "faas-request", mayBeEmpty: true);
        Name(problems, "nats_durable", o.LegacyDurable, "faas-workers", mayBeEmpty: true);
        Name(problems, "default_function_name", o.DefaultNamespace, "openfaas-fn", mayBeEmpty: false);
        if (o.LegacyStream.Length > 0 && o.LegacyDurable.Length == 0)
        {
            problems.Add(new("nats_durable", "", "nats_stream is served through a durable consumer, which needs a name", "faas-workers"));
        }
    }

    private static void CheckWork(EngineOptions o, List<OptionProblem> problems)
    {
        Number(problems, "max_inflight", o.MaxInflight, 1, 65_536, "50");
        Number(problems, "consumer_pull_max_messages", o.PullMaxMessages, 0, 65_536, "100");
        Defined(problems, "scaling_mode", o.ScalingMode, "static");
        Duration(problems, "consumer_inactive_threshold", o.ConsumerInactiveThreshold, TimeSpan.FromSeconds(1), Year, "30s");
        Number(problems, "queue_partitions", o.QueuePartitions, 1, 1024, "1");
        Number(problems, "filter_partition", o.FilterPartition, 0, Math.Max(0, Math.Max(1, o.QueuePartitions) - 1), "0");
        Number(problems, "nats_stream_replicas", o.StreamReplicas, 1, 5, "3");
        Duration(problems, "ack_wait", o.AckWait, TimeSpan.FromSeconds(1), TimeSpan.FromDays(1), "60s");
        Gateway(problems, o.GatewayUrl);
        Duration(problems, "upstream_timeout", o.UpstreamTimeout, TimeSpan.FromMilliseconds(1), Year, "1m");
        Duration(problems, "connect_timeout", o.ConnectTimeout, TimeSpan.FromMilliseconds(1), TimeSpan.FromHours(1), "5s");
        Duration(problems, "drain_timeout", o.DrainTimeout, TimeSpan.Zero, Year, "27s");
        Duration(problems, "depth_interval", o.DepthInterval, TimeSpan.FromMilliseconds(100), TimeSpan.FromHours(1), "5s");
    }

    private static void CheckRetries(EngineOptions o, List<OptionProblem> problems)
    {
        Number(problems, "max_retry_attempts", o.MaxRetryAttempts, int.MinValue, 1_000_000, "100");
        Duration(problems, "max_retry_wait", o.MaxRetryWait, TimeSpan.Zero, Year, "120s");
        Duration(problems, "initial_retry_wait", o.InitialRetryWait, TimeSpan.Zero, Year, "10s");
        Defined(problems, "backoff", o.Backoff, "exponential");
        Duration(problems, "retry_after_ceiling", o.RetryAfterCeiling, TimeSpan.Zero, Year, "24h");
        Number(problems, "quarantine_margin", o.QuarantineMargin, 0, 1_000_000, "10");
        foreach (var code in o.RetryHttpCodes)
        {
            Number(problems, "retry_http_codes", code, 100, 599, "408,429,500,502,503,504");
        }
    }

    private static void CheckSizes(EngineOptions o, List<OptionProblem> problems)
    {
        // 64 MiB is the most that a NATS server takes in one message.
        Number(problems, "max_message_bytes", o.MaxMessageBytes, 1024, 64 * 1024 * 1024, "8388608");
        Number(problems, "max_response_bytes", o.MaxResponseBytes, 0, 1024 * 1024 * 1024, "16777216");
        Number(problems, "max_message_depth", o.MaxMessageDepth, 4, 1000, "64");
        Number(problems, "max_headers", o.MaxHeaders, 1, 10_000, "200");
        Number(problems, "max_header_bytes", o.MaxHeaderBytes, 256, 16 * 1024 * 1024, "65536");
    }

    private static void CheckCallbacks(EngineOptions o, List<OptionProblem> problems)
    {
        Number(problems, "callback_max_inflight", o.CallbackMaxInflight, 1, 65_536, "64");
        Duration(problems, "callback_timeout", o.CallbackTimeout, TimeSpan.FromMilliseconds(1), TimeSpan.FromDays(1), "30s");
        Number(problems, "callback_retry_attempts", o.CallbackRetryAttempts, 0, 1000, "5");
        Duration(problems, "callback_initial_retry_wait", o.CallbackInitialRetryWait, TimeSpan.Zero, TimeSpan.FromDays(1), "1s");
        Duration(problems, "callback_max_retry_wait", o.CallbackMaxRetryWait, TimeSpan.Zero, TimeSpan.FromDays(1), "30s");
        Entries(problems, "allowed_callback_urls", o.AllowedCallbackUrls, CallbackAllowList.ProblemOf, "https://hooks.example.com/openfaas");
        Entries(problems, "callback_denied_cidrs", o.CallbackDeniedCidrs, AddressPolicy.ProblemOf, "10.0.0.0/8");
    }

    private static void Name(List<OptionProblem> problems, string name, string value, string example, bool mayBeEmpty)
    {
        var reason = value.Length == 0 ? (mayBeEmpty ? null : "it is empty")
            : value.AsSpan().ContainsAnyExcept(NameCharacters) ? "only letters, digits, '-' and '_' may stand in it"
            : value.Length > 128 ? "it is longer than 128 characters"
            : null;
        if (reason is not null)
        {
            problems.Add(new(name, value, reason, example));
        }
    }

    private static void Number(List<OptionProblem> problems, string name, int value, int least, int most, string example)
    {
        if (value < least || value > most)
        {
            var range = least == int.MinValue
                ? string.Create(CultureInfo.InvariantCulture, $"it must be at most {most}")
                : string.Create(CultureInfo.InvariantCulture, $"it must be from {least} to {most}");
            problems.Add(new(name, value.ToString(CultureInfo.InvariantCulture), range, example));
        }
    }

    private static void Duration(List<OptionProblem> problems, string name, TimeSpan value, TimeSpan least, TimeSpan most, string example)
    {
        if (value < least || value > most)
        {
            problems.Add(new(name, GoDuration.Format(value), $"it must be from {GoDuration.Format(least)} to {GoDuration.Format(most)}", example));
        }
    }

    private static void Entries(List<OptionProblem> problems, string name, IReadOnlyList<string> entries, Func<string, string?> problemOf, string example)
    {
        foreach (var entry in entries)
        {
            if (problemOf(entry) is { } reason)
            {
                // A password or a token in a URL must not reach a log.
                problems.Add(new(name, entry.AsSpan().ContainsAny('@', '?') ? null : entry, reason, example));
            }
        }
    }

    private static void Defined<T>(List<OptionProblem> problems, string name, T value, string example)
        where T : struct, Enum
    {
        if (!Enum.IsDefined(value))
        {
            problems.Add(new(name, value.ToString(), "it is none of the known values", example));
        }
    }

    private static void Gateway(List<OptionProblem> problems, Uri url)
    {
        var reason = !url.IsAbsoluteUri || (url.Scheme != Uri.UriSchemeHttp && url.Scheme != Uri.UriSchemeHttps) ? "it must be an absolute http or https URL"
            : url.UserInfo.Length > 0 ? "it must not carry a user name or password"
            : url.Query.Length > 0 || url.Fragment.Length > 0 ? "it must not carry a query or a fragment"
            : null;
        if (reason is not null)
        {
            // A password in the URL must not reach a log.
            var shown = url.IsAbsoluteUri && url.UserInfo.Length > 0 ? null : url.OriginalString;
            problems.Add(new("gateway_url", shown, reason, "http://gateway.openfaas:8080"));
        }
    }
}
