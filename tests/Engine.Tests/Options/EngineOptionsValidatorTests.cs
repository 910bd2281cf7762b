using Paddlewheel.Engine.Options;
using Xunit;

namespace Paddlewheel.Engine.Tests.Options;

public sealed class EngineOptionsValidatorTests
{
    [Fact]
    public void Validate_Defaults_FindsNothing() => Assert.Empty(EngineOptionsValidator.Validate(new EngineOptions()));

    [Fact]
    public void Validate_EverythingWrong_FindsEverything()
    {
        var options = new EngineOptions
        {
            QueueName = "",
            LegacyStream = "a.b",
            LegacyDurable = "*",
            DefaultNamespace = "a b",
            MaxInflight = 65_537,
            PullMaxMessages = -1,
            ScalingMode = (ScalingMode)7,
            ConsumerInactiveThreshold = TimeSpan.Zero,
            StreamReplicas = 6,
            AckWait = TimeSpan.FromMilliseconds(999),
            GatewayUrl = new Uri("ftp://x"),
            UpstreamTimeout = TimeSpan.Zero,
            ConnectTimeout = TimeSpan.Zero,
            MaxRetryWait = TimeSpan.FromSeconds(-1),
            InitialRetryWait = TimeSpan.FromSeconds(-2),
            RetryHttpCodes = [99],
            Backoff = (JitterMode)7,
            RetryAfterCeiling = TimeSpan.FromTicks(-1),
            DrainTimeout = TimeSpan.FromTicks(-1),
            MaxMessageBytes = 0,
            MaxResponseBytes = -1,
            MaxHeaders = 0,
            MaxHeaderBytes = 0,
            CallbackMaxInflight = 0,
            CallbackTimeout = TimeSpan.Zero,
            CallbackRetryAttempts = -1,
            CallbackInitialRetryWait = TimeSpan.FromTicks(-1),
            CallbackMaxRetryWait = TimeSpan.FromTicks(-1),
            AllowedCallbackUrls = ["hooks.example.com"],
            CallbackDeniedCidrs = ["localhost"],
            QuarantineMargin = -1,
            DepthInterval = TimeSpan.Zero,
        };

        Assert.Equal(
            [
                "queue_name", "nats_stream", "nats_durable", "default_function_name", "max_inflight", "consumer_pull_max_messages", "scaling_mode",
                "consumer_inactive_threshold", "nats_stream_replicas", "ack_wait", "gateway_url", "upstream_timeout", "connect_timeout", "drain_timeout",
                "depth_interval", "max_retry_wait", "initial_retry_wait", "backoff", "retry_after_ceiling", "quarantine_margin", "retry_http_codes", "max_message_bytes",
                "max_response_bytes", "max_headers", "max_header_bytes", "callback_max_inflight", "callback_timeout", "callback_retry_attempts",
                "callback_initial_retry_wait", "callback_max_retry_wait", "allowed_callback_urls", "callback_denied_cidrs",
            ],
            EngineOptionsValidator.Validate(options).Select(problem => problem.Name));
    }

    [Fact]
    public void Validate_OutOfRange_SaysValueReasonAndExample()
    {
        var problem = Assert.Single(EngineOptionsValidator.Validate(new EngineOptions { AckWait = TimeSpan.FromMilliseconds(500) }));

        Assert.Equal(new OptionProblem("ack_wait", "500ms", "it must be from 1s to 24h0m0s", "60s"), problem);
    }

    [Fact]
    public void Validate_FirstWaitAboveTheLongest_IsAllowed() =>
        Assert.Empty(EngineOptionsValidator.Validate(new EngineOptions { InitialRetryWait = TimeSpan.FromMinutes(5) }));

    [Theory]
    [InlineData("http://gw:8080/prefix", true)]
    [InlineData("https://gw", true)]
    [InlineData("http://gw?x=1", false)]
    [InlineData("http://gw#x", false)]
    [InlineData("http://user:pass@gw", false)]
    public void Validate_GatewayUrl_IsPlain(string url, bool valid)
    {
        var problems = EngineOptionsValidator.Validate(new EngineOptions { GatewayUrl = new Uri(url) });

        Assert.Equal(valid, problems.Count == 0);
        Assert.DoesNotContain("pass", problems.SingleOrDefault()?.Value ?? "", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://user:pass@hooks.example.com")]
    [InlineData("https//user:pass@hooks.example.com")]
    [InlineData("https://hooks.example.com/?token=pass")]
    public void Validate_AllowedCallbackWithASecret_IsNotShown(string entry)
    {
        var problem = Assert.Single(EngineOptionsValidator.Validate(new EngineOptions { AllowedCallbackUrls = ["https://good.example.com", entry] }));

        Assert.Equal(("allowed_callback_urls", null), (problem.Name, problem.Value));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-5)]
    public void Validate_NoRetries_IsAllowed(int attempts) =>
        Assert.Empty(EngineOptionsValidator.Validate(new EngineOptions { MaxRetryAttempts = attempts }));
}
