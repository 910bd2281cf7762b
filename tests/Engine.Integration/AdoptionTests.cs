using NATS.Client.Core;
using NATS.Client.JetStream.Models;
using Paddlewheel.Engine.Integration.Support;
using Xunit;

namespace Paddlewheel.Engine.Integration;

/// <summary>Streams and consumers that were there before the worker are used as they are.</summary>
[Trait("Category", "fast")]
public sealed class AdoptionTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    [Fact(Timeout = Timeouts.Short)]
    public async Task Stream_WithOtherSubjectsAndLimits_IsServedAndLeftAsItIs()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using Site site = await Site.StartAsync(stop);
        var made = new StreamConfig("OF_faas-request", ["jobs.>", "more.*"])
        {
            Retention = StreamConfigRetention.Workqueue,
            MaxMsgs = 100_000,
            Description = "made by hand",
        };
        await site.Queue.JetStream.CreateStreamAsync(made, stop);
        Envelope[] calls = [.. Enumerable.Range(0, 20).Select(static _ => Call.To("echo"))];
        foreach (Envelope call in calls)
        {
            await site.Queue.PublishRawAsync("jobs.anything.at.all", call.ToJson(), stop);
        }

        await using WorkerProcess worker = await site.StartWorkerAsync(stop);
        await site.Functions.Ended.CountAsync("all calls", calls.Length, Soon, stop);
        await site.Queue.SettledAsync(Soon, stop);

        Assert.Equal(calls.Select(static c => c.CallId).Order(), site.Functions.Arrived.Snapshot().Select(static c => c.CallId).Order());
        StreamConfig after = (await site.Queue.StreamAsync("OF_faas-request", stop))!.Config;
        Assert.Equal(["jobs.>", "more.*"], after.Subjects!);
        Assert.Equal(100_000, after.MaxMsgs);
        Assert.Equal("made by hand", after.Description);
    }

    [Fact(Timeout = Timeouts.Short)]
    public async Task HandMadeLayout_OfTheDocumentation_IsServedBesideTheNewStream()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using Site site = await Site.StartAsync(stop);
        await site.Queue.JetStream.CreateStreamAsync(HandMadeStream(), stop);
        await site.Queue.JetStream.CreateConsumerAsync("faas-request", HandMade("faas-workers"), stop);
        await PublishOldAsync(site, 20, stop);

        await using WorkerProcess worker = await site.StartWorkerAsync(stop);
        await site.Functions.Ended.CountAsync("the old messages", 20, Soon, stop);
        await site.Queue.PublishAsync("echo", 20, stop);
        await PublishOldAsync(site, 20, stop);
        await site.Functions.Ended.CountAsync("old and new messages", 60, Soon, stop);
        await site.Queue.SettledAsync(Soon, stop);
        await site.Queue.SettledAsync(Soon, stop, "faas-request");

        Balance balance = site.Queue.Accounts.Against(site.Functions);
        balance.AssertNothingLost();
        Assert.Equal(0, balance.Duplicates);
        StreamInfo stream = (await site.Queue.StreamAsync("faas-request", stop))!;
        Assert.Equal(StreamConfigRetention.Limits, stream.Config.Retention);
        Assert.Equal(40, stream.State.Messages);
        ConsumerConfig after = Assert.Single((await site.Queue.ConsumersAsync("faas-request", stop))!).Config;
        Assert.Equal("faas-workers", after.DurableName);
        Assert.Equal(TimeSpan.FromMinutes(3), after.AckWait);
        Assert.Equal(4000, after.MaxAckPending);
        Assert.Equal(900, after.MaxWaiting);
    }

    [Fact(Timeout = Timeouts.Short)]
    public async Task HandMadeStream_WithoutItsDurable_GetsItAndIsWorkedOff()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using Site site = await Site.StartAsync(stop);
        await site.Queue.JetStream.CreateStreamAsync(new StreamConfig("faas-request", ["faas-request"]) { Retention = StreamConfigRetention.Limits }, stop);
        await PublishOldAsync(site, 10, stop);

        await using WorkerProcess worker = await site.StartWorkerAsync(stop);
        await site.Functions.Ended.CountAsync("the old messages", 10, Soon, stop);
        await site.Queue.SettledAsync(Soon, stop, "faas-request");

        Assert.Equal("faas-workers", Assert.Single((await site.Queue.ConsumersAsync("faas-request", stop))!).Config.DurableName);
        site.Queue.Accounts.Against(site.Functions).AssertNothingLost();
    }

    // Two replicas serve it beside the lanes of function mode; both are killed, one after the other, and a third goes on.
    [Fact(Timeout = Timeouts.Short)]
    public async Task FunctionMode_OlderStreamAndKilledWorkers_EverythingRuns()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using Site site = await Site.StartAsync(stop);
        site.Functions.On("echo", Behaviours.TakesBetween(TimeSpan.FromMilliseconds(5), TimeSpan.FromMilliseconds(50)));
        site.Functions.On("other", Behaviours.TakesBetween(TimeSpan.FromMilliseconds(5), TimeSpan.FromMilliseconds(50)));
        await site.Queue.JetStream.CreateStreamAsync(HandMadeStream(), stop);
        await PublishOldAsync(site, 150, stop);
        (string, string)[] environment = [("max_inflight", "5"), ("ack_wait", "2s")];
        await using WorkerProcess one = await site.StartFunctionWorkerAsync(stop, environment);
        await using WorkerProcess two = await site.StartFunctionWorkerAsync(stop, environment);
        await site.Queue.PublishAsync("echo", 75, stop);
        await site.Queue.PublishAsync("other", 75, stop);
        await site.Functions.Arrived.CountAsync("some calls", 60, Soon, stop);
        one.Signal(Signals.Kill);
        await site.Functions.Arrived.CountAsync("some more", 120, Soon, stop);
        two.Signal(Signals.Kill);

        await using WorkerProcess three = await site.StartFunctionWorkerAsync(stop, environment);
        await site.Queue.SettledAsync(Soon, stop);
        await site.Queue.SettledAsync(Soon, stop, "faas-request");
        Balance balance = site.Queue.Accounts.Against(site.Functions);
        balance.AssertNothingLost();
        balance.AssertDuplicatesAtMost((2 * 5) + balance.AfterSuccess);
    }

    [Fact(Timeout = Timeouts.Short)]
    public async Task OldStream_ThatCannotBeServed_IsSaidAndTheMainOneGoesOn()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using Site site = await Site.StartAsync(stop);
        await site.Queue.JetStream.CreateStreamAsync(HandMadeStream(), stop);
        await site.Queue.JetStream.CreateConsumerAsync("faas-request", HandMade("faas-workers") with { MaxDeliver = 3 }, stop);
        await PublishOldAsync(site, 5, stop);

        await using WorkerProcess worker = await site.StartWorkerAsync(stop);
        await site.Queue.PublishAsync("echo", 10, stop);
        await site.Queue.SettledAsync(Soon, stop);
        await ReadyTextAsync(worker, "ready; stream faas-request is not served: consumer faas-workers", "nats consumer edit faas-request faas-workers --max-deliver=-1", stop);
        Assert.Equal(10, site.Functions.Arrived.Count);

        await site.Queue.JetStream.CreateOrUpdateConsumerAsync("faas-request", HandMade("faas-workers"), stop);
        await site.Functions.Ended.CountAsync("the old messages as well", 15, Soon, stop);
        await Eventually.ReachesAsync("nothing is left to say", async token => await worker.GetAsync("/readyz", token) is (200, "ready\n" or "ready") ? null : "more", Soon, stop);
        site.Queue.Accounts.Against(site.Functions).AssertNothingLost();
    }

    [Fact(Timeout = Timeouts.Short)]
    public async Task ConsumerIsThere_Start_AsksTheServerForStreamAndConsumersOnceAndPulls()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using Site site = await Site.StartAsync(stop);
        await using (WorkerProcess first = await site.StartWorkerAsync(stop))
        {
            await site.Queue.ExistsAsync(stop);
            Assert.Equal(0, await first.TerminateAsync(Soon, stop));
        }

        await site.Queue.PublishAsync("echo", 1, stop);
        INatsConnection nats = site.Queue.JetStream.Connection;
        await using INatsSub<byte[]> asking = await nats.SubscribeCoreAsync<byte[]>("$JS.API.>", cancellationToken: stop);
        await nats.PingAsync(stop);
        await using WorkerProcess second = site.Launch();
        await site.Functions.Ended.CountAsync("the call", 1, Soon, stop);

        List<string> asked = [];
        while (asked.Count == 0 || !asked[^1].StartsWith("$JS.API.CONSUMER.MSG.NEXT.", StringComparison.Ordinal))
        {
            NatsMsg<byte[]> request = await asking.Msgs.ReadAsync(stop);
            if (request.Subject.Contains(".OF_faas-request", StringComparison.Ordinal))
            {
                asked.Add(request.Subject);
            }
        }

        Assert.Equal(
            ["$JS.API.STREAM.INFO.OF_faas-request", "$JS.API.CONSUMER.LIST.OF_faas-request", "$JS.API.CONSUMER.MSG.NEXT.OF_faas-request.paddlewheel-faas-request"], asked);
    }

    private static Task ReadyTextAsync(WorkerProcess worker, string reason, string remedy, CancellationToken stop) => Eventually.ReachesAsync(
        "/readyz is well and says what is not",
        async token =>
        {
            (int status, string text) = await worker.GetAsync("/readyz", token);
            return status == 200 && text.Contains(reason, StringComparison.Ordinal) && text.Contains(remedy, StringComparison.Ordinal) ? null : $"{status} {text}";
        },
        Soon,
        stop);

    // As the answers to the documentation's interactive commands say: no limits, file, discard old, one replica.
    private static StreamConfig HandMadeStream() => new("faas-request", ["faas-request"])
    {
        Retention = StreamConfigRetention.Limits,
        Storage = StreamConfigStorage.File,
        Discard = StreamConfigDiscard.Old,
        NumReplicas = 1,
        MaxMsgs = -1,
        MaxBytes = -1,
        MaxMsgSize = -1,
        MaxMsgsPerSubject = -1,
        MaxAge = TimeSpan.Zero,
        DuplicateWindow = TimeSpan.FromMinutes(2),
    };

    private static ConsumerConfig HandMade(string name) => new(name)
    {
        AckPolicy = ConsumerConfigAckPolicy.Explicit,
        AckWait = TimeSpan.FromMinutes(3),
        DeliverPolicy = ConsumerConfigDeliverPolicy.All,
        ReplayPolicy = ConsumerConfigReplayPolicy.Instant,
        MaxAckPending = 4000,
        MaxWaiting = 900,
        MaxDeliver = -1,
    };

    private static async Task PublishOldAsync(Site site, int count, CancellationToken stop)
    {
        for (int i = 0; i < count; i++)
        {
            Envelope call = Call.To("echo");
            await site.Queue.PublishRawAsync("faas-request", call.ToJson(), stop);
            site.Queue.Accounts.Add(call.CallId);
        }
    }
}
