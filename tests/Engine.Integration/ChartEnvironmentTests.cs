using System.Globalization;
using Paddlewheel.Engine.Integration.Support;
using Xunit;

namespace Paddlewheel.Engine.Integration;

/// <summary>The drop-in promise: both charts' arguments and environments, and a mixed load that is worked off to the last message.</summary>
[Trait("Category", "fast")]
public sealed class ChartEnvironmentTests
{
    private static readonly TimeSpan UpstreamTimeout = TimeSpan.FromSeconds(2);

    [Fact(Timeout = Timeouts.Medium)]
    public async Task MainChart_MixedLoad_IsWorkedOff()
    {
        // The chart does not send nats_port for its own NATS, so the server has to be where the default says.
        const int DefaultPort = 4222;
        Assert.SkipUnless(FreePort.IsFree(DefaultPort), "port 4222 is taken on this machine: the chart's default cannot be tried");
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using Site site = await Site.AroundAsync(await NatsServer.StartAsync(stop, DefaultPort), Site.QueueName, stop);
        Dictionary<string, string> environment = Charts.MainChart(site.Functions.Url);
        await WorksOffAsync(site, environment, MixedLoad.ForFiftyAtOnce, Amounts.MainChartMessages, maxInflight: 50, stop);
    }

    [Fact(Timeout = Timeouts.Full)]
    public async Task QueueWorkerChart_MixedLoad_IsWorkedOff()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using Site site = await Site.StartAsync(stop, "custom-request");
        Dictionary<string, string> environment = Charts.QueueWorkerChart(site.Functions.Url);
        environment["nats_port"] = site.Nats.Port.ToString(CultureInfo.InvariantCulture);
        await WorksOffAsync(site, environment, MixedLoad.ForOneAtATime, Amounts.QueueChartMessages, maxInflight: 1, stop);
    }

    private static async Task WorksOffAsync(
        Site site, Dictionary<string, string> environment, MixedLoad load, int messages, int maxInflight, CancellationToken stop)
    {
        environment["upstream_timeout"] = "2s";
        if (!FreePort.IsFree(8081))
        {
            environment["metrics_port"] = FreePort.Next().ToString(CultureInfo.InvariantCulture);
        }

        load.Install(site.Functions);
        await using WorkerProcess worker = WorkerProcess.Start(environment);
        await worker.ReadyAsync(stop);
        await site.Queue.ExistsAsync(stop);

        await site.Queue.PublishAsync(load.Messages(messages), stop, load.Tries);
        await site.Queue.SettledAsync(TimeSpan.FromSeconds(60 + (messages / 50)), stop);

        Balance balance = site.Queue.Accounts.Against(site.Functions);
        balance.AssertNothingLost();
        Assert.Equal(0, balance.Duplicates);
        Assert.Equal(messages, site.Queue.Accounts.Published);

        int most = Overlap.Most(site.Functions.Ended.Snapshot(), UpstreamTimeout);
        Assert.InRange(most, 1, maxInflight);
        Assert.Equal(0, (await site.Queue.StreamAsync(site.Queue.Stream, stop))!.State.Messages);
        await MetricsAgreeAsync(worker, site.Queue.Name, messages, stop);

        Assert.Equal(0, await worker.TerminateAsync(TimeSpan.FromSeconds(10), stop));
        Assert.Empty(worker.Output.Snapshot());
    }

    private static async Task MetricsAgreeAsync(WorkerProcess worker, string queue, int messages, CancellationToken stop)
    {
        // Depths are read from the server every few seconds, so they arrive after the fact.
        await Eventually.ReachesAsync(
            "the metrics agree with what happened",
            async token =>
            {
                MetricsPage page = await worker.MetricsAsync(token);
                double processed = page.Sum("queue_worker_messages_processed_total", ("queue_name", queue));
                double submitted = page.Sum("queue_worker_messages_submitted_total", ("queue_name", queue));
                double pending = page.Sum("queue_worker_pending_messages", ("queue_name", queue));
                double inflight = page.Sum("queue_worker_function_invocation_inflight", ("queue_name", queue));
                return (processed, submitted, pending, inflight) == (messages, messages, 0, 0)
                    ? null
                    : $"processed {processed}, submitted {submitted}, pending {pending}, in-flight {inflight}";
            },
            TimeSpan.FromSeconds(20),
            stop);
    }
}
