using System.Diagnostics;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;
using Paddlewheel.Engine.Fetch;
using Paddlewheel.Engine.Integration.Support;
using Xunit;

namespace Paddlewheel.Engine.Integration;

/// <summary>A lane per function: found without being told, asleep when idle, gone when nothing of it is left (contract 7.1).</summary>
[Trait("Category", "fast")]
public sealed class FunctionModeTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    [Fact(Timeout = Timeouts.Short)]
    public async Task NewFunctions_FirstMessages_StartWithinAHundredMilliseconds()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using Site site = await Site.StartAsync(stop);
        await using WorkerProcess worker = await site.StartFunctionWorkerAsync(stop);
        List<TimeSpan> waits = [];
        for (int i = 0; i < 15; i++)
        {
            string name = "new-" + i;
            site.Functions.On(name, Behaviours.Echo);
            await site.Queue.PublishAsync(name, 1, stop);
            long published = Stopwatch.GetTimestamp();
            Invocation call = await site.Functions.Arrived.FirstAsync(name, c => c.Function == name, Soon, stop);
            waits.Add(Stopwatch.GetElapsedTime(published, call.Arrived));
        }

        // The first one also warms the process up.
        TimeSpan median = waits.Skip(1).Order().ElementAt(7);
        Assert.True(median < TimeSpan.FromMilliseconds(100), $"waited {string.Join(", ", waits.Select(static w => (int)w.TotalMilliseconds))} ms");
        await site.Queue.SettledAsync(Soon, stop);
        IReadOnlyList<ConsumerInfo>? consumers = await site.Queue.ConsumersAsync(site.Queue.Stream, stop);
        Assert.Equal(15, consumers!.Count);
        Assert.All(consumers, static c => Assert.StartsWith("paddlewheel-fn-", c.Name, StringComparison.Ordinal));
        site.Queue.Accounts.Against(site.Functions).AssertNothingLost();
    }

    [Fact(Timeout = Timeouts.Short)]
    public async Task IdleFunction_ConsumerIsRemovedAndItsSeriesGo_AndComesBackWithWork()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using Site site = await Site.StartAsync(stop);
        await using WorkerProcess worker = await site.StartFunctionWorkerAsync(stop, ("consumer_inactive_threshold", "1s"));
        await site.Queue.PublishAsync("echo", 3, stop);
        await site.Functions.Ended.CountAsync("the calls", 3, Soon, stop);
        await Eventually.IsTrueAsync("the depth is 0", async token => await DepthAsync(worker, "echo.openfaas-fn", token) == 0, Soon, stop);

        await Eventually.IsTrueAsync("the consumer is gone", async token => await site.Queue.ConsumersAsync(site.Queue.Stream, token) is { Count: 0 }, TimeSpan.FromSeconds(40), stop);
        await Eventually.IsTrueAsync("the series is gone", async token => await DepthAsync(worker, "echo.openfaas-fn", token) is null, Soon, stop);

        await site.Queue.PublishAsync("echo", 3, stop);
        await site.Functions.Ended.CountAsync("the later calls", 6, Soon, stop);
        site.Queue.Accounts.Against(site.Functions).AssertNothingLost();
    }

    // The worker that made it is gone, and there is no message that would show the function to another.
    [Fact(Timeout = Timeouts.Short)]
    public async Task ConsumersOfAnEarlierWorker_NoMessages_AreRemovedUnlessInUse()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using Site site = await Site.StartAsync(stop);
        await using (WorkerProcess before = await site.StartFunctionWorkerAsync(stop))
        {
            await site.Queue.PublishAsync("echo", 3, stop);
            await site.Queue.SettledAsync(Soon, stop);
            Assert.Equal(0, await before.TerminateAsync(Soon, stop));
        }

        string subject = site.Queue.Name + ".other", used = FunctionConsumer.NameOf(subject);
        INatsJSConsumer other = await site.Queue.JetStream.CreateConsumerAsync(
            site.Queue.Stream, new ConsumerConfig(used) { FilterSubject = subject, AckPolicy = ConsumerConfigAckPolicy.Explicit, MaxDeliver = -1 }, stop);
        Task waiting = other.NextAsync<byte[]>(opts: new NatsJSNextOpts { Expires = TimeSpan.FromSeconds(60) }, cancellationToken: stop).AsTask();
        await Eventually.IsTrueAsync("a pull waits", async token => (await site.Queue.ConsumersAsync(site.Queue.Stream, token))!.Any(static c => c.NumWaiting == 1), Soon, stop);

        // Looked at in the order of the list, last first: the one in use had its turn before.
        await using WorkerProcess after = await site.StartFunctionWorkerAsync(stop, ("consumer_inactive_threshold", "1s"));
        await Eventually.IsTrueAsync(
            "the other one is left", async token => (await site.Queue.ConsumersAsync(site.Queue.Stream, token))!.Select(static c => c.Name).SequenceEqual([used]), Soon, stop);
        await site.Queue.PublishRawAsync(subject, Call.To("echo").ToJson(), stop);
        await waiting;
    }

    // Deleted with its consumer, the delivery count would begin at 1 again and the message would come at once.
    [Fact(Timeout = Timeouts.Short)]
    public async Task IdleFunction_RetryWaits_ConsumerStaysAndTheCountGoesOn()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using Site site = await Site.StartAsync(stop);
        site.Functions.On("flaky", Behaviours.First(1, Behaviours.Always(503), then: Behaviours.Echo));
        await using WorkerProcess worker = await site.StartFunctionWorkerAsync(
            stop, ("consumer_inactive_threshold", "1s"), ("initial_retry_wait", "6s"), ("max_retry_wait", "6s"), ("ack_wait", "4s"));
        await site.Queue.PublishAsync([Call.To("flaky")], stop, static _ => 2);
        Invocation first = await site.Functions.Ended.FirstAsync("the first try", static c => c.Attempt == 1, Soon, stop);
        Invocation second = await site.Functions.Ended.FirstAsync("the second try", static c => c.Attempt == 2, Soon, stop);
        Assert.True(Stopwatch.GetElapsedTime(first.Arrived, second.Arrived) > TimeSpan.FromSeconds(5), "the retry came early");
        await worker.LineAsync("\"delivery\": 2", stop);
        Assert.DoesNotContain(worker.Log.Snapshot().TakeWhile(static l => !l.Contains("\"delivery\": 2", StringComparison.Ordinal)), static l => l.Contains("Consumer removed", StringComparison.Ordinal));
    }

    [Fact(Timeout = Timeouts.Short)]
    public async Task TwoBusyFunctions_HalfEach_AndOneAloneHasAll()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using Site site = await Site.StartAsync(stop);
        await using WorkerProcess worker = await site.StartFunctionWorkerAsync(stop, ("max_inflight", "40"), ("limiter_enabled", "false"));
        site.Functions.On("a", Behaviours.Takes(TimeSpan.FromMilliseconds(400)));
        site.Functions.On("b", Behaviours.Takes(TimeSpan.FromMilliseconds(400)));
        await site.Queue.PublishAsync("a", 400, stop);
        await Eventually.IsTrueAsync("a alone has every slot", async token => await InflightAsync(worker, "a.openfaas-fn", token) == 40, Soon, stop);
        await site.Queue.PublishAsync("b", 400, stop);
        await Eventually.ReachesAsync(
            "both have half",
            async token =>
            {
                double a = await InflightAsync(worker, "a.openfaas-fn", token), b = await InflightAsync(worker, "b.openfaas-fn", token);
                return Math.Abs(a - 20) <= 2 && Math.Abs(b - 20) <= 2 ? null : $"{a} and {b}";
            },
            Soon,
            stop);
        Assert.Equal(40, site.Functions.RunningMost);
        await site.Functions.Ended.CountAsync("everything", 800, TimeSpan.FromSeconds(40), stop);
        Balance balance = site.Queue.Accounts.Against(site.Functions);
        balance.AssertNothingLost();
        Assert.Equal(0, balance.Duplicates);
    }

    [Fact(Timeout = Timeouts.Short)]
    public async Task SeveralSubjectsOfOddShape_OneDepthPerFunction_OnEveryReplica()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using Site site = await Site.StartAsync(stop);
        await site.Queue.JetStream.CreateStreamAsync(
            new StreamConfig(site.Queue.Stream, ["theirs.>", "old"]) { Retention = StreamConfigRetention.Workqueue }, stop);
        var gate = new Gate();
        site.Functions.On("held", gate.Behaviour);
        await using WorkerProcess one = await site.StartFunctionWorkerAsync(stop, ("max_inflight", "4"));
        await using WorkerProcess two = await site.StartFunctionWorkerAsync(stop, ("max_inflight", "4"));
        string[] subjects = ["theirs.held", "theirs.openfaas-fn/held.1", "theirs.$x.{held}~", "old"];
        for (int i = 0; i < 40; i++)
        {
            Envelope call = Call.To("held");
            await site.Queue.PublishRawAsync(subjects[i % subjects.Length], call.ToJson(), stop);
            site.Queue.Accounts.Add(call.CallId);
        }

        foreach (WorkerProcess worker in (WorkerProcess[])[one, two])
        {
            await Eventually.ReachesAsync(
                "the replica knows the whole depth",
                async token => await DepthAsync(worker, "held.openfaas-fn", token) is { } depth ? (depth == 40 ? null : $"{depth}") : "unknown",
                Soon,
                stop);
        }

        await Eventually.IsTrueAsync("every slot of both is busy", _ => Task.FromResult(site.Functions.Running == 8), Soon, stop);
        gate.Open();
        await site.Queue.SettledAsync(Soon, stop);
        Balance balance = site.Queue.Accounts.Against(site.Functions);
        balance.AssertNothingLost();
        Assert.Equal(0, balance.Duplicates);
    }

    [Fact(Timeout = Timeouts.Medium)]
    public async Task ThreeReplicas_FiftyFunctions_NothingLostNothingTwice()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using Site site = await Site.StartAsync(stop);
        string[] names = [.. Enumerable.Range(0, 50).Select(static i => "fn-" + i)];
        foreach (string name in names)
        {
            site.Functions.On(name, Behaviours.TakesBetween(TimeSpan.Zero, TimeSpan.FromMilliseconds(20)));
        }

        await using WorkerProcess one = await site.StartFunctionWorkerAsync(stop, ("max_inflight", "16"), ("consumer_inactive_threshold", "1s"));
        await using WorkerProcess two = await site.StartFunctionWorkerAsync(stop, ("max_inflight", "16"), ("consumer_inactive_threshold", "1s"));
        await using WorkerProcess three = await site.StartFunctionWorkerAsync(stop, ("max_inflight", "16"), ("consumer_inactive_threshold", "1s"));
        for (int round = 0; round < 3; round++)
        {
            await site.Queue.PublishAsync(Enumerable.Range(0, 1000).Select(i => Call.To(names[(i * 7) % 50])), stop);
        }

        await site.Functions.Ended.CountAsync("everything", 3000, TimeSpan.FromSeconds(60), stop);
        await site.Queue.EmptyAsync(Soon, stop);
        Balance balance = site.Queue.Accounts.Against(site.Functions);
        balance.AssertNothingLost();
        Assert.Equal(0, balance.Duplicates);
        Assert.True(site.Functions.RunningMost <= 48, $"{site.Functions.RunningMost} at once");
        Assert.Equal(0, await two.TerminateAsync(Soon, stop));
    }

    // Killed, a worker leaves its messages to their leases; terminated, it hands them back. Neither loses any, and only the kill repeats some.
    [Fact(Timeout = Timeouts.Medium)]
    public async Task KillsAndRestarts_UnderLoad_NothingLost()
    {
        const int inflight = 10;
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using Site site = await Site.StartAsync(stop);
        string[] names = [.. Enumerable.Range(0, 8).Select(static i => "fn-" + i)];
        foreach (string name in names)
        {
            site.Functions.On(name, Behaviours.TakesBetween(TimeSpan.FromMilliseconds(5), TimeSpan.FromMilliseconds(60)));
        }

        (string, string)[] settings = [("max_inflight", "10"), ("ack_wait", "2s"), ("consumer_inactive_threshold", "1s")];
        await using WorkerProcess steady = await site.StartFunctionWorkerAsync(stop, settings);
        await site.Queue.PublishAsync(Enumerable.Range(0, 2000).Select(i => Call.To(names[i % names.Length])), stop);
        int kills = 0;
        for (int round = 1; round <= 4; round++)
        {
            await using WorkerProcess victim = await site.StartFunctionWorkerAsync(stop, settings);
            await site.Functions.Ended.CountAsync("some more", 250 * round, TimeSpan.FromSeconds(40), stop);
            if (round % 2 == 0)
            {
                victim.Signal(Signals.Kill);
                kills++;
            }
            else
            {
                Assert.Equal(0, await victim.TerminateAsync(Soon, stop));
            }
        }

        await site.Queue.EmptyAsync(TimeSpan.FromSeconds(60), stop);
        Balance balance = site.Queue.Accounts.Against(site.Functions);
        balance.AssertNothingLost();
        balance.AssertDuplicatesAtMost(kills * 2 * inflight);
    }

    private static async Task<double?> DepthAsync(WorkerProcess worker, string function, CancellationToken token)
    {
        MetricsPage page = await worker.MetricsAsync(token);
        return page.Of("queue_worker_pending_messages").FirstOrDefault(s => s.Labels["function_name"] == function)?.Value;
    }

    private static async Task<double> InflightAsync(WorkerProcess worker, string function, CancellationToken token) =>
        (await worker.MetricsAsync(token)).Sum("queue_worker_function_invocation_inflight", ("function_name", function));
}
