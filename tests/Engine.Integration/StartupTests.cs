using NATS.Client.JetStream.Models;
using Paddlewheel.Engine.Integration.Support;
using Xunit;

namespace Paddlewheel.Engine.Integration;

/// <summary>Start-up: what is missing is waited for, what is wrong is said, what replicas do together does no harm.</summary>
[Trait("Category", "fast")]
public sealed class StartupTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    [Fact(Timeout = Timeouts.Short)]
    public async Task NatsAbsent_ThenThere_NotReadyThenWorks()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using Site site = await Site.AroundAsync(await NatsServer.PreparedAsync(stop), Site.QueueName, stop);
        await using WorkerProcess worker = site.Launch();

        await worker.LineAsync("Waiting for NATS", stop);
        (int status, string reason) = await worker.GetAsync("/readyz", stop);
        Assert.Equal(503, status);
        Assert.Contains("NATS", reason, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(200, (await worker.GetAsync("/healthz", stop)).Status);

        await site.Nats.UpAsync(stop);
        await worker.ReadyAsync(stop);
        await site.Queue.ExistsAsync(stop);
        await site.Queue.PublishAsync("echo", 10, stop);
        await site.Queue.SettledAsync(Soon, stop);
        site.Queue.Accounts.Against(site.Functions).AssertNothingLost();
    }

    [Fact(Timeout = Timeouts.Short)]
    public async Task FiveReplicas_StartTogether_OneStreamOneConsumerAndAllWork()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using Site site = await Site.StartAsync(stop);
        var gate = new Gate();
        site.Functions.On("held", gate.Behaviour);
        WorkerProcess[] workers = [.. Enumerable.Range(0, 5).Select(_ => site.Launch(("max_inflight", "1")))];
        try
        {
            await Task.WhenAll(workers.Select(worker => worker.ReadyAsync(stop)));
            await site.Queue.ExistsAsync(stop);
            Assert.Single((await site.Queue.ConsumersAsync(site.Queue.Stream, stop))!);
            List<string> streams = [];
            await foreach (string name in site.Queue.JetStream.ListStreamNamesAsync(cancellationToken: stop))
            {
                streams.Add(name);
            }

            Assert.Equal([site.Queue.Stream], streams);

            // One at a time each, so five held calls are five replicas at work.
            await site.Queue.PublishAsync("held", 20, stop);
            await site.Functions.Arrived.CountAsync("five calls at one time", 5, Soon, stop);
            gate.Open();
            await site.Queue.SettledAsync(Soon, stop);

            Balance balance = site.Queue.Accounts.Against(site.Functions);
            balance.AssertNothingLost();
            Assert.Equal(0, balance.Duplicates);
            Assert.Equal(5, site.Functions.RunningMost);
        }
        finally
        {
            await Task.WhenAll(workers.Select(worker => worker.DisposeAsync().AsTask()));
        }
    }

    [Fact(Timeout = Timeouts.Short)]
    public async Task Configuration_ManyProblems_AllAreNamedAndExitIsTwo()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        var environment = Charts.MainChart(new Uri("http://127.0.0.1:1"));
        (string Name, string Value)[] wrong =
        [
            ("max_inflight", "many"), ("ack_wait", "5 parsecs"), ("gateway_url", "not a url"), ("backoff", "quadratic"),
            ("retry_http_codes", "500,banana"), ("nats_port", "99999"), ("log_encoding", "xml"), ("scaling_mode", "sideways"),
            ("tls_insecure", "perhaps"),
        ];
        foreach ((string name, string value) in wrong)
        {
            environment[name] = value;
        }

        await using WorkerProcess worker = WorkerProcess.Start(environment);
        Assert.Equal(2, await worker.ExitAsync(Soon, stop));
        string said = worker.Tail(200);
        Assert.All(wrong, problem =>
        {
            Assert.Contains(problem.Name, said, StringComparison.Ordinal);
            Assert.Contains(problem.Value, said, StringComparison.Ordinal);
        });
    }

    [Fact(Timeout = Timeouts.Short)]
    public async Task Configuration_AllEmpty_MeansTheDefaults()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using Site site = await Site.StartAsync(stop);
        (string, string)[] empty =
        [
            .. Charts.MainChart(site.Functions.Url).Keys.Except(["nats_host", "gateway_url"]).Select(static name => (name, "")),
            ("queue_name", ""), ("queue_partitions", ""), ("filter_partition", ""),
            ("consumer_inactive_threshold", ""), ("consumer_pull_max_messages", ""),
        ];
        await using WorkerProcess worker = await site.StartWorkerAsync(stop, empty);
        await site.Queue.PublishAsync("echo", 10, stop);
        await site.Queue.SettledAsync(Soon, stop);

        site.Queue.Accounts.Against(site.Functions).AssertNothingLost();
        Assert.Equal(1, site.Functions.RunningMost);
    }

    [Fact(Timeout = Timeouts.Short)]
    public async Task Flags_UnknownOnes_AreSaidAndIgnored()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using Site site = await Site.StartAsync(stop);
        await using WorkerProcess worker = WorkerProcess.Start(
            site.Environment(), WorkerProcess.LicenseFlag, "-pprof=true", "-of-a-newer-chart=yes");
        await worker.ReadyAsync(stop);
        Assert.Contains(worker.Log.Snapshot(), static line => line.Contains("of-a-newer-chart", StringComparison.Ordinal));
    }

    [Fact(Timeout = Timeouts.Short)]
    public async Task TokenFile_Missing_IsNamedAndWaitedFor()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using Site site = await Site.StartAsync(stop);
        using var folder = new TempFolder();
        string file = Path.Combine(folder.Path, "token");
        await using WorkerProcess worker = WorkerProcess.Start(site.Environment(), WorkerProcess.LicenseFlag, "-nats-token-file=" + file);
        await worker.LineAsync(file, stop);

        await File.WriteAllTextAsync(file, "any\n", stop);
        await worker.ReadyAsync(stop);
    }

    [Fact(Timeout = Timeouts.Short)]
    public async Task Consumer_MadeByUs_IsAsTheContractSays()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using Site site = await Site.StartAsync(stop);
        await using WorkerProcess worker = await site.StartWorkerAsync(stop, ("ack_wait", "45s"));
        StreamConfig stream = (await site.Queue.StreamAsync("OF_faas-request", stop))!.Config;
        ConsumerConfig consumer = Assert.Single((await site.Queue.ConsumersAsync("OF_faas-request", stop))!).Config;

        Assert.Equal(StreamConfigRetention.Workqueue, stream.Retention);
        Assert.Equal(StreamConfigStorage.File, stream.Storage);
        Assert.Equal(StreamConfigDiscard.Old, stream.Discard);
        Assert.Equal(1, stream.NumReplicas);
        Assert.Equal(ConsumerConfigAckPolicy.Explicit, consumer.AckPolicy);
        Assert.Equal(ConsumerConfigDeliverPolicy.All, consumer.DeliverPolicy);
        Assert.Equal(TimeSpan.FromSeconds(45), consumer.AckWait);
        Assert.Equal(-1, consumer.MaxDeliver);
        Assert.Equal(-1, consumer.MaxAckPending);
        Assert.False(string.IsNullOrEmpty(consumer.DurableName));
    }
}
