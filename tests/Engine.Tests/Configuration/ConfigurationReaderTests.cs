using Paddlewheel.Engine.Options;
using Paddlewheel.Host.Configuration;
using Xunit;

namespace Paddlewheel.Engine.Tests.Configuration;

public sealed class ConfigurationReaderTests
{
    // The names of contract 1.3, written out here so that a slip in the table shows.
    private static readonly string[] ContractNames =
    [
        "nats_host", "nats_port", "nats_stream", "nats_durable", "default_function_name", "queue_name", "queue_partitions",
        "filter_partition", "max_inflight", "scaling_mode", "consumer_inactive_threshold", "consumer_pull_max_messages",
        "gateway_url", "tls_insecure", "debug", "log_encoding", "nats_stream_replicas", "ack_wait", "limiter_enabled",
        "upstream_timeout", "max_retry_attempts", "max_retry_wait", "initial_retry_wait", "retry_http_codes", "backoff",
    ];

    [Fact]
    public void Settings_ContractNames_AreExactlyTheChartTable()
    {
        Assert.Equal(ContractNames, Settings.Charts.Select(setting => setting.Name));
        Assert.Distinct(Settings.All.SelectMany(setting => setting.Aliases.Prepend(setting.Name)).Concat(Settings.Ignored));
    }

    [Fact]
    public void Read_Nothing_GivesTheDefaults()
    {
        var options = Good(Read());

        Assert.Equal("nats://nats.openfaas:4222", options.NatsUrl);
        Assert.Equal("faas-request", options.Engine.QueueName);
        Assert.Equal(1, options.Engine.MaxInflight);
        Assert.Equal(100, options.Engine.MaxRetryAttempts);
        Assert.Equal(JitterMode.Exponential, options.Engine.Backoff);
        Assert.Equal(8081, options.MetricsPort);
        Assert.Equal("", options.BindAddress);
    }

    [Fact]
    public void Read_EveryVariableEmpty_IsTheSameAsNothing()
    {
        var empty = Settings.All.Select(setting => (setting.Name, "")).Concat(Settings.Ignored.Select(name => (name, " "))).ToArray();

        var result = Read(empty);

        Assert.Empty(result.Warnings);
        Assert.Equal(Settings.All.Select(s => s.Show(Good(Read()))), Settings.All.Select(s => s.Show(Good(result))));
    }

    [Fact]
    public void Read_MainChart_GivesWhatItSays()
    {
        var result = Read(
            ("nats_host", "nats.openfaas.svc.cluster.local"), ("nats_stream", "faas-request"), ("nats_durable", "faas-workers"),
            ("default_function_name", "openfaas-fn"), ("max_inflight", "50"), ("scaling_mode", "static"), ("consumer_inactive_threshold", "30s"),
            ("gateway_url", "http://gateway.openfaas.svc.cluster.local:8080"), ("tls_insecure", "false"), ("debug", "false"),
            ("log_encoding", "json"), ("nats_stream_replicas", "3"), ("ack_wait", "1m05s"), ("limiter_enabled", "true"), ("upstream_timeout", "1m"),
            ("max_retry_attempts", "0"), ("max_retry_wait", "120s"), ("initial_retry_wait", "0s"), ("retry_http_codes", "429, 503,"), ("backoff", "full"));

        var options = Good(result);
        Assert.Empty(result.Warnings);
        Assert.Equal("nats://nats.openfaas.svc.cluster.local:4222", options.NatsUrl);
        Assert.Equal(50, options.Engine.MaxInflight);
        Assert.Equal(new Uri("http://gateway.openfaas.svc.cluster.local:8080"), options.Engine.GatewayUrl);
        Assert.Equal(LogEncoding.Json, options.LogEncoding);
        Assert.Equal(3, options.Engine.StreamReplicas);
        Assert.Equal(TimeSpan.FromSeconds(65), options.Engine.AckWait);
        Assert.Equal(0, options.Engine.MaxRetryAttempts);
        Assert.Equal(TimeSpan.Zero, options.Engine.InitialRetryWait);
        Assert.Equal([429, 503], options.Engine.RetryHttpCodes);
        Assert.Equal(JitterMode.Full, options.Engine.Backoff);
    }

    [Theory]
    [InlineData("", "custom-request", "custom-request")]
    [InlineData("", "Mine_2", "Mine_2")]
    [InlineData("slow-jobs", "custom-request", "slow-jobs")]
    public void Read_QueueName_FallsBackToTheStream(string queue, string stream, string expected)
    {
        var options = Good(Read(("queue_name", queue), ("nats_stream", stream)));

        Assert.Equal(expected, options.Engine.QueueName);
        Assert.Equal(stream, options.Engine.LegacyStream);
    }

    [Fact]
    public void Read_ManyProblems_ReportsAllAtOnce()
    {
        var result = Read(
            ("nats_port", "tcp://10.0.0.1:4222"), ("queue_name", "Bad.Name"), ("max_inflight", "0"), ("scaling_mode", "1"), ("ack_wait", "soon"),
            ("gateway_url", "http://u:secret@gw"), ("debug", "yes"), ("retry_http_codes", "429,abc"), ("backoff", "wild"), ("metrics_port", "70000"),
            ("bind_address", "localhost"), ("nats_host", "nats://x"), ("nats_password", "hunter2"));

        Assert.Null(result.Options);
        Assert.Equal(
            ["ack_wait", "backoff", "bind_address", "debug", "gateway_url", "max_inflight", "metrics_port", "nats_host", "nats_port", "nats_user", "queue_name", "retry_http_codes", "scaling_mode"],
            result.Problems.Select(problem => problem.Name).Order(StringComparer.Ordinal));
        Assert.All(result.Problems, problem => Assert.False(string.IsNullOrEmpty(problem.Reason) || string.IsNullOrEmpty(problem.Example)));
        Assert.Equal("soon", result.Problems.Single(problem => problem.Name == "ack_wait").Value);
        var report = ProblemReport.Render(result.Problems);
        Assert.DoesNotContain("secret", report, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", report, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_InvalidStreamWithoutQueueName_IsOneProblem() =>
        Assert.Equal(["nats_stream"], Read(("nats_stream", "a.b")).Problems.Select(problem => problem.Name));

    [Theory]
    [InlineData("gateway_address", "gw:8080", "gateway_url")]
    [InlineData("nats_stream_replication", "3", "nats_stream_replicas")]
    [InlineData("inactive_threshold", "45s", "consumer_inactive_threshold")]
    public void Read_OldName_IsTakenWithOneWarning(string old, string value, string now)
    {
        var result = Read((old, value));

        Assert.NotEqual(Shown(now, Good(Read())), Shown(now, Good(result)));
        var warning = Assert.Single(result.Warnings);
        Assert.Contains(old, warning, StringComparison.Ordinal);
        Assert.Contains(now, warning, StringComparison.Ordinal);
    }

    // Every alias there is, with a value of its own: one line each, that names both, and none more.
    [Fact]
    public void Read_EveryOldNameAtOnce_OneLineEach()
    {
        string[] old = [.. Settings.All.SelectMany(setting => setting.Aliases), .. Settings.Ignored];
        var result = Read([.. old.Select(name => (name, Settings.All.FirstOrDefault(setting => setting.Aliases.Contains(name))?.Example ?? "5"))]);

        Assert.Empty(result.Problems);
        Assert.Equal(8, old.Length);
        Assert.Equal(old.Length, result.Warnings.Count);
        Assert.All(old, name => Assert.Single(result.Warnings, warning => warning.Contains(name + " ", StringComparison.Ordinal)));
    }

    [Fact]
    public void Read_OldAndNewName_NewWins()
    {
        var result = Read(("gateway_address", "http://old:1"), ("gateway_url", "http://new:2"));

        Assert.Equal("http://new:2", Shown("gateway_url", Good(result)));
        Assert.Contains("ignored", Assert.Single(result.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_NamesOfRemovedSettings_WarnOnceEach() =>
        Assert.Equal(5, Read([.. Settings.Ignored.Select(name => (name, "5"))]).Warnings.Count);

    [Fact]
    public void Read_FunctionMode_IsTakenWithItsLimiterAndItsThreshold()
    {
        var result = Read(("scaling_mode", "function"), ("limiter_enabled", "false"), ("consumer_inactive_threshold", "45s"));

        var engine = Good(result).Engine;
        Assert.Equal((ScalingMode.Function, false, TimeSpan.FromSeconds(45)), (engine.ScalingMode, engine.LimiterEnabled, engine.ConsumerInactiveThreshold));
        Assert.Empty(result.Warnings);
    }

    [Fact]
    public void Read_LongestWaitBelowTheFirst_RunsAndSaysSo() =>
        Assert.Contains("initial_retry_wait", Assert.Single(Read(("max_retry_wait", "5s")).Warnings), StringComparison.Ordinal);

    [Theory]
    [InlineData("nats_token=a nats_creds_file=b", "nats_creds_file")]
    [InlineData("nats_token=a nats_token_file=b", "nats_token_file")]
    [InlineData("nats_user=a", "nats_password_file")]
    [InlineData("nats_tls_cert_file=a", "nats_tls_key_file")]
    [InlineData("nats_user=a nats_password_file=b nats_tls=1 nats_tls_ca_file=c", null)]
    public void Read_SigningIn_OneWayAndWhole(string pairs, string? problem)
    {
        var result = Read([.. pairs.Split(' ').Select(pair => pair.Split('=')).Select(pair => (pair[0], pair[1]))]);

        Assert.Equal(problem is null ? [] : [problem], result.Problems.Select(found => found.Name));
    }

    [Fact]
    public void Document_IsWhatTheTableSays() => RepositoryDocument.Check("docs/configuration.md", ConfigurationDocument.Render());

    [Fact]
    public void Settings_Examples_AreAccepted()
    {
        foreach (var setting in Settings.All.Where(setting => !setting.Secret))
        {
            Assert.Null(setting.Apply(new HostOptions(), setting.Example));
        }
    }

    [Fact]
    public void Read_ListOfCallbacks_IsTakenApartAtCommas()
    {
        var options = Good(Read(("allowed_callback_urls", " https://a.example/x , http://b:81,"), ("callback_denied_cidrs", "10.0.0.0/8,fd12::1")));

        Assert.Equal(["https://a.example/x", "http://b:81"], options.Engine.AllowedCallbackUrls);
        Assert.Equal(["10.0.0.0/8", "fd12::1"], options.Engine.CallbackDeniedCidrs);
    }

    [Fact]
    public void Read_BadEntryInAList_NamesTheEntryAlone()
    {
        var problem = Assert.Single(Read(("allowed_callback_urls", "https://a.example,*.b.example")).Problems);

        Assert.Equal(("allowed_callback_urls", "*.b.example"), (problem.Name, problem.Value));
    }

    [Fact]
    public void ProblemReport_Value_CannotForgeLines()
    {
        var report = ProblemReport.Render([new OptionProblem("ack_wait", "x\n\u001b[2J", "it is not a duration", "60s")]);

        Assert.Equal("The configuration has 1 problem:\n\n  ack_wait=\"x\\u000a\\u001b[2J\"\n    why:     it is not a duration\n    example: ack_wait=60s\n", report);
    }

    private static string Shown(string name, HostOptions options) => Settings.All.Single(setting => setting.Name == name).Show(options);

    private static HostOptions Good(ConfigurationResult result)
    {
        Assert.Empty(result.Problems);
        return Assert.IsType<HostOptions>(result.Options);
    }

    private static ConfigurationResult Read(params (string Name, string Value)[] environment) =>
        ConfigurationReader.Read(environment.ToDictionary(pair => pair.Name, pair => (string?)pair.Value));
}
