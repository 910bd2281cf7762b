using NATS.Client.JetStream.Models;
using Paddlewheel.Engine.Integration.Support;
using Xunit;

namespace Paddlewheel.Engine.Integration;

/// <summary>From one mode to the other with work queued: nothing lost, nothing stuck, nothing twice without a kill, and retries keep their counts (ADR 8).</summary>
[Trait("Category", "fast")]
public sealed class ModeSwitchTests
{
    private const int MaxInflight = 20;

    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Late = TimeSpan.FromSeconds(90);

    [Theory(Timeout = Timeouts.Medium)]
    [InlineData("static", "function")]
    [InlineData("function", "static")]
    public async Task OneAfterTheOther_RetriesWaitAndThousandsAreQueued_CountsGoOnAndNothingIsTwice(string from, string to)
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using Site site = await SiteAsync(stop);
        await using WorkerProcess before = await StartAsync(site, from, stop, ("initial_retry_wait", "10s"), ("max_retry_wait", "10s"));
        await site.Queue.PublishAsync(Enumerable.Range(0, 15).Select(static _ => Call.To("flaky")), stop, static _ => 2);
        await site.Functions.Ended.CountAsync("the first tries", 15, Soon, stop);
        await PublishWorkAsync(site, 2000, stop);
        await site.Functions.Ended.CountAsync("some work", 300, Soon, stop);
        Assert.Equal(0, await before.TerminateAsync(Soon, stop));

        await using WorkerProcess after = await StartAsync(site, to, stop);
        await site.Functions.Ended.CountAsync("everything", 2000 + 30, Late, stop);
        await AssertEmptyAndNothingTwiceAsync(site, stop);
        Assert.Equal([2], after.Log.Where(static line => line.Contains("\"Invoked\"", StringComparison.Ordinal) || line.Contains("\tInvoked\t", StringComparison.Ordinal))
            .Where(static line => line.Contains("\"flaky\"", StringComparison.Ordinal)).Select(DeliveryOf).Distinct());
        await NothingFencedAsync(site, stop);
    }

    [Theory(Timeout = Timeouts.Medium)]
    [InlineData("static", "function")]
    [InlineData("function", "static")]
    public async Task RollingUpdate_TwoAndTwoOverlapUnderLoad_NothingLostNothingTwice(string from, string to)
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using Site site = await SiteAsync(stop);
        await using WorkerProcess old1 = await StartAsync(site, from, stop);
        await using WorkerProcess old2 = await StartAsync(site, from, stop);
        Task publishing = PublishSlowlyAsync(site, 3000, stop);
        await site.Functions.Ended.CountAsync("the load has begun", 200, Soon, stop);

        await using WorkerProcess new1 = await StartAsync(site, to, stop);
        await old2.LineAsync("Superseded", stop);
        Assert.Equal(0, await old1.TerminateAsync(Soon, stop));
        await using WorkerProcess new2 = await StartAsync(site, to, stop);
        Assert.Equal(0, await old2.TerminateAsync(Soon, stop));

        await publishing;
        await site.Functions.Ended.CountAsync("everything", 3000 + (3000 / 20), Late, stop);
        await AssertEmptyAndNothingTwiceAsync(site, stop);
        await NothingFencedAsync(site, stop);
    }

    [Fact(Timeout = Timeouts.Medium)]
    public async Task ThereAndBackAgain_WhileRetriesWait_NothingLostNothingTwice()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using Site site = await SiteAsync(stop);
        site.Functions.On("stubborn", Behaviours.First(2, Behaviours.Always(503), then: Behaviours.Echo));
        (string, string)[] patient = [("initial_retry_wait", "12s"), ("max_retry_wait", "12s")];
        WorkerProcess last = await StartAsync(site, "static", stop, patient);
        await site.Queue.PublishAsync(Enumerable.Range(0, 10).Select(static _ => Call.To("stubborn")), stop, static _ => 3);
        await site.Functions.Ended.CountAsync("the first tries", 10, Soon, stop);
        int ended = 10;
        foreach (string mode in (string[])["function", "static", "function"])
        {
            WorkerProcess next = await StartAsync(site, mode, stop, patient);
            await PublishWorkAsync(site, 200, stop);
            ended += 200;
            await site.Functions.Ended.NthAsync($"the work in {mode} mode", ended - 10, static c => c.Function != "stubborn", Soon, stop);
            await last.TerminateAsync(Soon, stop);
            await last.DisposeAsync();
            last = next;
        }

        await site.Functions.Ended.CountAsync("everything", 600 + 30, Late, stop);
        await AssertEmptyAndNothingTwiceAsync(site, stop);
        await NothingFencedAsync(site, stop);
        await last.DisposeAsync();
    }

    [Fact(Timeout = Timeouts.Medium)]
    public async Task NewModeKilled_OldReplicaTakesOverAgain_AndOnlyWhatRanRunsTwice()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using Site site = await SiteAsync(stop);
        await using WorkerProcess old = await StartAsync(site, "static", stop);
        await using WorkerProcess killed = await StartAsync(site, "function", stop);
        await old.LineAsync("Superseded", stop);
        await Eventually.IsTrueAsync("/readyz says so and is ready", async token => await old.GetAsync("/readyz", token) is (200, string text) && text.Contains("superseded", StringComparison.Ordinal), Soon, stop);
        await PublishWorkAsync(site, 500, stop);
        await site.Functions.Ended.CountAsync("some", 100, Soon, stop);
        killed.Signal(Signals.Kill);

        await old.LineAsync("served in this mode from now on", stop, Soon);
        await site.Queue.EmptyAsync(Late, stop);
        AssertOnlyWhatWasInHandRanAgain(site, survivor: old);
        await NothingFencedAsync(site, stop);
    }

    [Theory(Timeout = Timeouts.Medium)]
    [InlineData("static", "function")]
    [InlineData("function", "static")]
    public async Task OldReplicaKilledInTheMiddle_NewModeRunsWhatItHad(string from, string to)
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using Site site = await SiteAsync(stop);
        await using WorkerProcess killed = await StartAsync(site, from, stop);
        await PublishWorkAsync(site, 1000, stop);
        await site.Functions.Ended.CountAsync("some", 100, Soon, stop);
        await using WorkerProcess other = await StartAsync(site, to, stop);
        killed.Signal(Signals.Kill);
        await site.Queue.EmptyAsync(Late, stop);
        AssertOnlyWhatWasInHandRanAgain(site, survivor: other);
        await NothingFencedAsync(site, stop);
    }

    [Theory(Timeout = Timeouts.Medium)]
    [InlineData("function", null)]
    [InlineData("static", "faas-request.work-0.>")]
    public async Task ForeignConsumer_IsReported_AndReplacedOnlyWithTheSwitch(string mode, string? filter)
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using Site site = await SiteAsync(stop);
        await site.Queue.JetStream.CreateStreamAsync(new StreamConfig(site.Queue.Stream, ["faas-request.>"]) { Retention = StreamConfigRetention.Workqueue }, stop);
        await site.Queue.JetStream.CreateConsumerAsync(site.Queue.Stream, new ConsumerConfig("theirs") { AckPolicy = ConsumerConfigAckPolicy.Explicit, FilterSubject = filter }, stop);
        await PublishWorkAsync(site, 100, stop);
        await using (WorkerProcess refused = site.Launch(("scaling_mode", mode), ("max_inflight", "20")))
        {
            await Eventually.IsTrueAsync(
                "/readyz says whose and what to do",
                async token => await refused.GetAsync("/readyz", token) is (503, string text) && text.Contains("theirs", StringComparison.Ordinal) && text.Contains("replace_consumers=true", StringComparison.Ordinal),
                Soon,
                stop);
            Assert.Equal(["theirs"], (await site.Queue.ConsumersAsync(site.Queue.Stream, stop))!.Select(static c => c.Name));
        }

        await using WorkerProcess worker = await StartAsync(site, mode, stop, ("replace_consumers", "true"));
        await site.Functions.Ended.CountAsync("everything", 100, Soon, stop);
        await AssertEmptyAndNothingTwiceAsync(site, stop);
        Assert.DoesNotContain("theirs", (await site.Queue.ConsumersAsync(site.Queue.Stream, stop))!.Select(static c => c.Name));
    }

    private static async Task<Site> SiteAsync(CancellationToken stop)
    {
        Site site = await Site.StartAsync(stop);
        for (int i = 0; i < 5; i++)
        {
            site.Functions.On("work-" + i, Behaviours.TakesBetween(TimeSpan.FromMilliseconds(2), TimeSpan.FromMilliseconds(30)));
        }

        site.Functions.On("flaky", Behaviours.First(1, Behaviours.Always(503), then: Behaviours.Echo));
        return site;
    }

    private static async Task<WorkerProcess> StartAsync(Site site, string mode, CancellationToken stop, params (string Name, string Value)[] changes)
    {
        WorkerProcess worker = site.Launch([("scaling_mode", mode), ("max_inflight", "20"), ("ack_wait", "5s"), ("limiter_enabled", "false"), .. changes]);
        await worker.ReadyAsync(stop);
        return worker;
    }

    private static Task PublishWorkAsync(Site site, int count, CancellationToken stop) =>
        site.Queue.PublishAsync(Enumerable.Range(0, count).Select(static i => Call.To("work-" + (i % 5))), stop);

    // Every twentieth fails once, so that retries wait at every moment of the update.
    private static async Task PublishSlowlyAsync(Site site, int count, CancellationToken stop)
    {
        foreach (int[] some in Enumerable.Range(0, count).Chunk(60))
        {
            await site.Queue.PublishAsync(some.Select(static i => Call.To(i % 20 == 0 ? "flaky" : "work-" + (i % 5))), stop, static call => call.Function == "flaky" ? 2 : 1);
            await site.Functions.Ended.CountAsync("the load goes on", Math.Max(1, some[0] - 400), Late, stop);
        }
    }

    private static async Task AssertEmptyAndNothingTwiceAsync(Site site, CancellationToken stop)
    {
        await Eventually.ReachesAsync(
            "the queue is empty",
            async token => (await site.Queue.StreamAsync(site.Queue.Stream, token))?.State.Messages is > 0 and var left ? $"{left} left" : null,
            TimeSpan.FromSeconds(40),
            stop);
        Balance balance = site.Queue.Accounts.Against(site.Functions);
        balance.AssertNothingLost();
        Assert.Equal(0, balance.Duplicates);
    }

    // What had been answered, and whose ack died with the process, comes on top; all of it comes back with its count.
    private static void AssertOnlyWhatWasInHandRanAgain(Site site, WorkerProcess survivor)
    {
        Balance balance = site.Queue.Accounts.Against(site.Functions);
        balance.AssertNothingLost();
        balance.AssertDuplicatesAtMost(MaxInflight + balance.AfterSuccess);
        HashSet<string> again = [.. site.Functions.Arrived.Where(static call => call.Attempt > 1).Select(static call => call.CallId)];
        Assert.DoesNotContain(
            survivor.Log.Where(static line => line.Contains("Invoked", StringComparison.Ordinal) && line.Contains("\"delivery\": 1,", StringComparison.Ordinal)),
            line => again.Contains(line.Split("\"callId\": \"")[1].Split('"')[0]));
        Assert.True(balance.AfterSuccess <= 2 * MaxInflight, $"{balance}");
    }

    private static Task NothingFencedAsync(Site site, CancellationToken stop) => Eventually.ReachesAsync(
        "no fenced consumer is left",
        async token => (await site.Queue.ConsumersAsync(site.Queue.Stream, token))!.FirstOrDefault(static c => c.Config.FilterSubject?.StartsWith("paddlewheel.fenced.", StringComparison.Ordinal) == true)?.Name,
        Soon,
        stop);

    private static int DeliveryOf(string line)
    {
        const string Key = "\"delivery\": ";
        return line[line.IndexOf(Key, StringComparison.Ordinal) + Key.Length] - '0';
    }
}
