using System.Globalization;
using NATS.Client.JetStream.Models;
using Paddlewheel.Engine.Integration.Support;
using Paddlewheel.Engine.Publish;
using Xunit;

namespace Paddlewheel.Engine.Integration;

/// <summary>A queue in parts: each worker reads one, in both modes, and nothing lies between them (contract 2.5).</summary>
[Trait("Category", "fast")]
public sealed class PartitionTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);

    [Theory(Timeout = Timeouts.Short)]
    [InlineData("static")]
    [InlineData("function")]
    public async Task TwoWorkers_EachSeesItsPartitionOnly_NothingLost(string mode)
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using Site site = await Site.StartAsync(stop);
        (string, string)[] common = [("scaling_mode", mode), ("queue_partitions", "2"), ("max_inflight", "10")];
        await using WorkerProcess zero = site.Launch([.. common, ("filter_partition", "0")]);
        await using WorkerProcess one = site.Launch([.. common, ("filter_partition", "1")]);
        await zero.ReadyAsync(stop);
        await one.ReadyAsync(stop);
        string[] names = [.. Enumerable.Range(0, 12).Select(static i => "fn-" + i)];
        foreach (string name in names)
        {
            site.Functions.On(name, Behaviours.Echo);
        }

        for (int i = 0; i < 240; i++)
        {
            Envelope call = Call.To(names[i % names.Length]);
            await site.Queue.PublishRawAsync(SubjectTemplate.Partitioned.Render(site.Queue.Name, call.Function, "openfaas-fn", 2), call.ToJson(), stop);
            site.Queue.Accounts.Add(call.CallId);
        }

        await site.Functions.Ended.CountAsync("everything", 240, Soon, stop);
        Balance balance = site.Queue.Accounts.Against(site.Functions);
        balance.AssertNothingLost();
        Assert.Equal(0, balance.Duplicates);
        await Eventually.IsTrueAsync("both have logged", token => Task.FromResult(FunctionsOf(zero).Count + FunctionsOf(one).Count == names.Length), Soon, stop);
        Assert.Equal(names.Where(static n => Partition.Of(n, "openfaas-fn", 2) == 0).Order(), FunctionsOf(zero).Order());
        Assert.Equal(names.Where(static n => Partition.Of(n, "openfaas-fn", 2) == 1).Order(), FunctionsOf(one).Order());
    }

    [Fact(Timeout = Timeouts.Short)]
    public async Task ForeignSubjects_AreRefusedWithReasonAndRemedy()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using Site site = await Site.StartAsync(stop);
        await site.Queue.JetStream.CreateStreamAsync(new StreamConfig(site.Queue.Stream, ["faas-request.>"]) { Retention = StreamConfigRetention.Workqueue }, stop);
        await site.Queue.PublishAsync("echo", 3, stop);
        await using WorkerProcess worker = site.Launch(("queue_partitions", "2"), ("filter_partition", "1"));
        await Eventually.IsTrueAsync(
            "/readyz says why and what to do",
            async token => await worker.GetAsync("/readyz", token) is (503, string text) && text.Contains("in none of 2 partitions", StringComparison.Ordinal) && text.Contains("queue_partitions=1", StringComparison.Ordinal),
            Soon,
            stop);
        Assert.Empty((await site.Queue.ConsumersAsync(site.Queue.Stream, stop))!);
    }

    // Superseded it can't tell the depth by its consumer; the stream's messages are those of all partitions.
    [Fact(Timeout = Timeouts.Short)]
    public async Task Superseded_DepthIsOfItsPartitionOnly()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using Site site = await Site.StartAsync(stop);
        Gate gate = new();
        site.Functions.On("held", gate.Behaviour);
        int mine = Partition.Of("held", "openfaas-fn", 2);
        (string, string)[] common = [("queue_partitions", "2"), ("filter_partition", mine.ToString(CultureInfo.InvariantCulture)), ("depth_interval", "1s")];
        await using WorkerProcess before = await site.StartWorkerAsync(stop, common);
        await using WorkerProcess after = await site.StartFunctionWorkerAsync(stop, common);
        await before.LineAsync("Superseded", stop);
        for (int i = 0; i < 10; i++)
        {
            await site.Queue.PublishRawAsync($"{site.Queue.Name}.{(i < 3 ? mine : 1 - mine)}.held.openfaas-fn", Call.To("held").ToJson(), stop);
        }

        await Eventually.IsTrueAsync("three of ten are its own", async token => (await before.MetricsAsync(token)).Sum("queue_worker_pending_messages") == 3, Soon, stop);
        gate.Open();
    }

    private static HashSet<string> FunctionsOf(WorkerProcess worker) =>
        [.. worker.Log.Where(static line => line.Contains("Invoked", StringComparison.Ordinal)).Select(static line => line.Split("\"function\": \"")[1].Split('"')[0])];
}
