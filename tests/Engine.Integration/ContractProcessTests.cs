using System.Text.Json;
using Paddlewheel.Engine.Integration.Support;
using Xunit;

namespace Paddlewheel.Engine.Integration;

/// <summary>The process as a pod sees it: name, arguments, exit codes, ports, streams (contract 1, 9).</summary>
[Trait("Category", "fast")]
public sealed class ContractProcessTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    [Fact]
    public void Executable_InTheBuild_HasTheNameTheChartsCall() =>
        Assert.True(File.Exists(Path.Combine(AppContext.BaseDirectory, "jetstream-queue-worker")));

    [Fact(Timeout = Timeouts.Short)]
    public async Task MainChart_AllItsFlags_StartOnPort8081AndSaySo()
    {
        const int Port = 8081;
        Assert.SkipUnless(FreePort.IsFree(Port), "port 8081 is taken on this machine: the default cannot be tried");
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using Site site = await Site.StartAsync(stop);
        Dictionary<string, string> environment = site.Environment();
        environment.Remove("metrics_port");

        await using WorkerProcess worker = WorkerProcess.Start(environment, WorkerProcess.LicenseFlag, "-pprof=true");
        await worker.LineAsync("\tJetStream queue-worker\t", stop);
        await worker.LineAsync("\tStarting metrics server on port 8081\t", stop);
        await worker.ReadyAsync(stop);

        Assert.Contains("# TYPE queue_worker_messages_processed_total counter", (await worker.GetAsync("/metrics", stop)).Text, StringComparison.Ordinal);
        Assert.Equal(404, (await worker.GetAsync("/", stop)).Status);
        Assert.DoesNotContain(worker.Log.Snapshot(), static line => line.Contains("\twarn\t", StringComparison.Ordinal) && line.Contains("pprof", StringComparison.Ordinal));
        Assert.Empty(worker.Output.Snapshot());
    }

    [Theory(Timeout = Timeouts.Short)]
    [InlineData("max_inflight", "fifty")]
    [InlineData("ack_wait", "soon")]
    [InlineData("gateway_url", "gateway")]
    public async Task Value_ThatCannotBeRead_EndsWithTwoAndItsName(string name, string value)
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        Dictionary<string, string> environment = Charts.QueueWorkerChart(new Uri("http://127.0.0.1:1"));
        environment[name] = value == "gateway" ? "ftp://gateway" : value;

        await using WorkerProcess worker = WorkerProcess.Start(environment);

        Assert.Equal(2, await worker.ExitAsync(Soon, stop));
        Assert.Contains(name, worker.Tail(50), StringComparison.Ordinal);
    }

    [Fact(Timeout = Timeouts.Short)]
    public async Task Word_ThatIsNoCommand_EndsWithTwo()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using WorkerProcess worker = WorkerProcess.Start(new Dictionary<string, string>(), "serve");

        Assert.Equal(2, await worker.ExitAsync(Soon, stop));
    }

    [Fact(Timeout = Timeouts.Short)]
    public async Task OldNames_OfEveryChart_AreTakenWithOneLineEach()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using Site site = await Site.StartAsync(stop);
        Dictionary<string, string> environment = site.Environment(("max_waiting", "512"), ("max_reconnect", "120"), ("reconnect_delay", "2s"), ("nats_stream_replication", "1"));
        environment["gateway_address"] = environment["gateway_url"];
        environment.Remove("gateway_url");
        environment.Remove("nats_stream_replicas");

        await using WorkerProcess worker = WorkerProcess.Start(environment);
        await worker.ReadyAsync(stop);
        await site.Queue.ExistsAsync(stop);
        await site.Queue.PublishAsync("echo", 1, stop);
        await site.Queue.SettledAsync(Soon, stop);

        site.Queue.Accounts.Against(site.Functions).AssertNothingLost();
        foreach (string name in new[] { "max_waiting", "max_reconnect", "reconnect_delay", "nats_stream_replication", "gateway_address" })
        {
            Assert.Single(worker.Log.Where(line => line.Contains(name, StringComparison.Ordinal)));
        }
    }

    [Fact(Timeout = Timeouts.Short)]
    public async Task JsonLog_EveryLine_BeginsWithTheKnownKeysInOrder()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using Site site = await Site.StartAsync(stop);
        await using WorkerProcess worker = await site.StartWorkerAsync(stop, ("log_encoding", "json"), ("debug", "true"));
        await site.Queue.PublishAsync(Call.To("echo", site.Callbacks.Url), stop);
        await worker.LineAsync("\"Posted result\"", stop);

        Assert.Equal(0, await worker.TerminateAsync(Soon, stop));
        Assert.All(worker.Log.Snapshot(), static line =>
            Assert.Equal(["level", "ts", "caller", "msg"], JsonElement.Parse(line).EnumerateObject().Take(4).Select(static key => key.Name)));
        JsonElement invoked = JsonElement.Parse(Assert.Single(worker.Log.Where(static line => line.Contains("\"Invoked\"", StringComparison.Ordinal))));
        Assert.Equal(["callId", "function", "delivery", "status", "duration"], invoked.EnumerateObject().Skip(4).Select(static key => key.Name));
        Assert.Empty(worker.Output.Snapshot());
    }
}
