using Paddlewheel.Engine.Options;
using Paddlewheel.Host.Configuration;
using Xunit;

namespace Paddlewheel.Engine.Tests.Contract;

/// <summary>Values as the charts and their users write them (contract 1.3 to 1.5).</summary>
public sealed class ChartValueTests
{
    [Fact]
    public void QueueWorkerChart_AsRendered_IsReadWithoutAWord()
    {
        HostOptions options = Good(
            ("nats_host", "nats.openfaas"), ("nats_port", "4222"), ("nats_stream", "custom-request"), ("nats_durable", "custom-workers"),
            ("queue_name", ""), ("queue_partitions", "1"), ("filter_partition", "0"), ("max_inflight", "1"), ("scaling_mode", "static"),
            ("consumer_inactive_threshold", "30s"), ("consumer_pull_max_messages", ""), ("gateway_url", "http://gateway.openfaas:8080"),
            ("tls_insecure", "false"), ("debug", "false"), ("log_encoding", "console"), ("nats_stream_replicas", "1"), ("ack_wait", "30s"),
            ("limiter_enabled", "true"), ("upstream_timeout", "1m"), ("max_retry_attempts", "100"), ("max_retry_wait", "120s"),
            ("initial_retry_wait", "10s"), ("retry_http_codes", "408,429,500,502,503,504"), ("backoff", ""));

        Assert.Equal("custom-request", options.Engine.QueueName);
        Assert.Equal(("custom-request", "custom-workers"), (options.Engine.LegacyStream, options.Engine.LegacyDurable));
        Assert.Equal(1, options.Engine.MaxInflight);
        Assert.Equal(TimeSpan.FromSeconds(30), options.Engine.AckWait);
        Assert.Equal(TimeSpan.FromMinutes(1), options.Engine.UpstreamTimeout);
        Assert.Equal(JitterMode.Exponential, options.Engine.Backoff);
    }

    [Fact]
    public void Absent_RetrySettings_AreTheChartsDefaults()
    {
        EngineOptions options = Good().Engine;

        Assert.Equal(TimeSpan.FromSeconds(60), options.AckWait);
        Assert.Equal((100, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(120)), (options.MaxRetryAttempts, options.InitialRetryWait, options.MaxRetryWait));
        Assert.Equal([408, 429, 500, 502, 503, 504], options.RetryHttpCodes);
        Assert.False(options.TlsInsecure);
        Assert.Equal(1, options.StreamReplicas);
        Assert.Equal("openfaas-fn", options.DefaultNamespace);
    }

    [Theory]
    [InlineData("1", true)]
    [InlineData("t", true)]
    [InlineData("TRUE", true)]
    [InlineData("True", true)]
    [InlineData("0", false)]
    [InlineData("F", false)]
    [InlineData("false", false)]
    [InlineData("", false)]
    public void Flag_AsGoReadsIt(string value, bool expected) => Assert.Equal(expected, Good(("debug", value)).Debug);

    [Theory]
    [InlineData("45", 45)]
    [InlineData("1m05s", 65)]
    [InlineData("1.5m", 90)]
    [InlineData("45000ms", 45)]
    public void Duration_AsGoWritesItOrBareSeconds(string value, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), Good(("ack_wait", value)).Engine.AckWait);

    [Theory]
    [InlineData("exponential", "Exponential")]
    [InlineData("full", "Full")]
    [InlineData("equal", "Equal")]
    [InlineData("", "Exponential")]
    public void Backoff_EachMode_IsKnown(string value, string expected) => Assert.Equal(expected, Good(("backoff", value)).Engine.Backoff.ToString());

    [Fact]
    public void Partitions_MoreThanOne_AreTaken()
    {
        HostOptions options = Good(("queue_partitions", "4"), ("filter_partition", "3"));
        Assert.Equal((4, 3), (options.Engine.QueuePartitions, options.Engine.FilterPartition));
    }

    [Fact]
    public void Partitions_FilterBeyondTheLast_IsAProblem() =>
        Assert.Equal("filter_partition", Assert.Single(Read([("queue_partitions", "4"), ("filter_partition", "4")]).Problems).Name);

    private static HostOptions Good(params (string Name, string Value)[] environment)
    {
        ConfigurationResult result = Read(environment);
        Assert.Empty(result.Problems);
        Assert.Empty(result.Warnings);
        return Assert.IsType<HostOptions>(result.Options);
    }

    private static ConfigurationResult Read((string Name, string Value)[] environment) =>
        ConfigurationReader.Read(environment.ToDictionary(pair => pair.Name, pair => (string?)pair.Value));
}
