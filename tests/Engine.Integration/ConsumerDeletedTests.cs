using System.Globalization;
using NATS.Client.JetStream.Models;
using Paddlewheel.Engine.Integration.Support;
using Xunit;

namespace Paddlewheel.Engine.Integration;

/// <summary>Somebody deletes what the worker stands on: it is made again and work goes on.</summary>
[Trait("Category", "fast")]
public sealed class ConsumerDeletedTests
{
    private const int MaxInflight = 10;

    private static readonly TimeSpan Recovery = TimeSpan.FromSeconds(10);

    [Fact(Timeout = Timeouts.Full)]
    public async Task Consumer_DeletedUnderLoad_IsMadeAgainAndNothingIsLost()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using Site site = await Site.StartAsync(stop);
        site.Functions.On("work", Behaviours.TakesBetween(TimeSpan.FromMilliseconds(5), TimeSpan.FromMilliseconds(100)));
        await using WorkerProcess worker = await site.StartWorkerAsync(
            stop, ("max_inflight", MaxInflight.ToString(CultureInfo.InvariantCulture)), ("ack_wait", "5s"));
        for (int cycle = 1; cycle <= Amounts.ConsumerDeletions; cycle++)
        {
            await site.Queue.PublishAsync("work", 200, stop);
            await site.Functions.Arrived.CountAsync($"load in cycle {cycle}", site.Functions.Arrived.Count + 50, TimeSpan.FromSeconds(20), stop);
            ConsumerInfo consumer = Assert.Single((await site.Queue.ConsumersAsync(site.Queue.Stream, stop))!);
            await site.Queue.JetStream.DeleteConsumerAsync(site.Queue.Stream, consumer.Name, stop);
            await site.Functions.Arrived.CountAsync($"work after deletion {cycle}", site.Functions.Arrived.Count + (2 * MaxInflight), Recovery, stop);
            ConsumerInfo again = Assert.Single((await site.Queue.ConsumersAsync(site.Queue.Stream, stop))!);
            Assert.Equal(consumer.Name, again.Name);
        }

        await site.Queue.SettledAsync(TimeSpan.FromSeconds(60), stop);
        Balance balance = site.Queue.Accounts.Against(site.Functions);
        balance.AssertNothingLost();
        balance.AssertDuplicatesAtMost(Amounts.ConsumerDeletions * MaxInflight);
        Assert.InRange(site.Functions.RunningMost, 1, MaxInflight);
        Assert.Equal(0, (await site.Queue.StreamAsync(site.Queue.Stream, stop))!.State.Messages);
    }

    [Fact(Timeout = Timeouts.Short)]
    public async Task Stream_Purged_NewMessagesFlow()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using Site site = await Site.StartAsync(stop);
        var gate = new Gate();
        site.Functions.On("held", gate.Behaviour);
        await using WorkerProcess worker = await site.StartWorkerAsync(stop, ("max_inflight", "3"));
        await site.Queue.PublishAsync("held", 50, stop);
        await site.Functions.Arrived.CountAsync("three calls run", 3, Recovery, stop);
        await site.Queue.JetStream.PurgeStreamAsync(site.Queue.Stream, new StreamPurgeRequest(), stop);
        gate.Open();

        await FlowsAsync(site, stop);
        Assert.False(worker.HasExited);
    }

    [Fact(Timeout = Timeouts.Short)]
    public async Task Stream_PurgedUnderLoad_WhatRunsEndsOnceAndNewMessagesFlow()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using Site site = await Site.StartAsync(stop);
        site.Functions.On("work", Behaviours.TakesBetween(TimeSpan.FromMilliseconds(5), TimeSpan.FromMilliseconds(100)));
        site.Functions.On("ill", Behaviours.Always(503));
        await using WorkerProcess worker = await site.StartWorkerAsync(
            stop, ("max_inflight", MaxInflight.ToString(CultureInfo.InvariantCulture)), ("ack_wait", "5s"));
        for (int cycle = 1; cycle <= 3; cycle++)
        {
            await site.Queue.PublishAsync("ill", 20, stop);
            await site.Queue.PublishAsync("work", 500, stop);
            await site.Functions.Arrived.CountAsync($"load in cycle {cycle}", site.Functions.Arrived.Count + 50, Recovery, stop);
            await site.Queue.JetStream.PurgeStreamAsync(site.Queue.Stream, new StreamPurgeRequest(), stop);
            await FlowsAsync(site, stop);
        }

        // What was purged may have run or not, but nothing that ran was given out again.
        Assert.Empty(site.Queue.Accounts.Against(site.Functions).Invented);
        Assert.All(site.Functions.Arrived.Where(static c => c.Function == "work").CountBy(static c => c.CallId), static c => Assert.Equal(1, c.Value));
        await Eventually.ReachesAsync("no ticket of a purged message is left", async token =>
        {
            double waiting = (await worker.MetricsAsync(token)).Sum("paddlewheel_retries_waiting");
            return waiting == 0 ? null : $"{waiting} waiting";
        }, Recovery, stop);
        Assert.False(worker.HasExited);
    }

    [Fact(Timeout = Timeouts.Short)]
    public async Task Stream_DeletedWhileIdle_IsMadeAgainAndNewMessagesFlow()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using Site site = await Site.StartAsync(stop);
        await using WorkerProcess worker = await site.StartWorkerAsync(stop, ("max_inflight", "3"));
        await FlowsAsync(site, stop);
        await site.Queue.JetStream.DeleteStreamAsync(site.Queue.Stream, stop);
        await site.Queue.ExistsAsync(stop);

        // Sequences start again at 1: a registry that remembered the old stream's would swallow these.
        await FlowsAsync(site, stop);
        Assert.False(worker.HasExited);
    }

    [Fact(Timeout = Timeouts.Short)]
    public async Task Stream_DeletedWhileEverySlotIsBusy_IsMadeAgainBeforeTheyAreFree()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using Site site = await Site.StartAsync(stop);
        var gate = new Gate();
        site.Functions.On("held", gate.Behaviour);
        await using WorkerProcess worker = await site.StartWorkerAsync(stop, ("max_inflight", "3"));
        await site.Queue.PublishAsync("held", 50, stop);
        await site.Functions.Arrived.CountAsync("three calls run", 3, Recovery, stop);

        // No slot is free, so no pull is out that could be answered "deleted"; yet callers must be able to publish.
        await site.Queue.JetStream.DeleteStreamAsync(site.Queue.Stream, stop);
        await site.Queue.ExistsAsync(stop);
        gate.Open();
        await FlowsAsync(site, stop);
        Assert.False(worker.HasExited);
    }

    private static async Task FlowsAsync(Site site, CancellationToken stop)
    {
        Envelope[] calls = [.. Enumerable.Range(0, 20).Select(static _ => Call.To("echo"))];
        await site.Queue.PublishAsync(calls, stop);
        await site.Functions.Ended.NthAsync("the new calls", calls.Length, static c => c.Function == "echo", Recovery, stop);
        await site.Queue.SettledAsync(Recovery, stop);
        Assert.All(calls, call => Assert.Single(site.Functions.Of(call.CallId)));
    }
}
