using NATS.Client.Core;
using NATS.Client.JetStream;
using Paddlewheel.Engine.Integration.Support;
using Xunit;

namespace Paddlewheel.Engine.Integration;

/// <summary>The first look at what is cancelled, its answer in the test's hands: the server passes the question on to it.</summary>
[Trait("Category", "fast")]
public sealed class CancelLookTests
{
    private const string Held = "held.look";
    private const string Mapped = "mappings { \"$JS.API.STREAM.INFO.KV_paddlewheel-cancelled\": \"" + Held + "\" }\n";
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    [Fact(Timeout = Timeouts.Short)]
    public async Task FirstMessage_WaitsForTheFirstLook()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using NatsSecuritySite site = await NatsSecuritySite.StartAsync(Mapped + NatsSecuritySite.Users("{ user: worker, password: right }"), stop);
        await using var nats = new NatsConnection(site.AdminOptions);
        await using INatsSub<byte[]> looks = await nats.SubscribeCoreAsync<byte[]>(Held, cancellationToken: stop);
        await using WorkerProcess worker = site.Launch([("nats_user", "worker"), ("nats_password", "right")]);
        NatsMsg<byte[]> look = await looks.Msgs.ReadAsync(stop);
        await Eventually.IsTrueAsync("the queue is there", async token => await HasConsumerAsync(nats, token), Soon, stop);
        Envelope cancelled = Call.To("echo", site.Callbacks.Url), other = Call.To("echo", site.Callbacks.Url);
        await site.PublishAsync([cancelled, other], stop);
        (int status, _) = await worker.GetAsync("/readyz", stop);
        Assert.Equal((503, 0), (status, site.Functions.Arrived.Count));
        Assert.DoesNotContain(worker.Log.Snapshot(), static line => line.Contains("Subscribed", StringComparison.Ordinal));

        await look.ReplyAsync(Listing(cancelled.CallId), cancellationToken: stop);
        await site.Callbacks.Received.FirstAsync("the other's callback", callback => callback.CallId == other.CallId, Soon, stop);
        await site.SettledAsync(stop);
        Assert.Equal([other.CallId], site.Functions.Arrived.Snapshot().Select(static call => call.CallId));
    }

    [Fact(Timeout = Timeouts.Short)]
    public async Task Look_ThatFails_IsToldAndTriedAgainWhileTheWorkerWorks()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using NatsSecuritySite site = await NatsSecuritySite.StartAsync(Mapped + NatsSecuritySite.Users("{ user: worker, password: right }"), stop);
        site.Functions.On("hang", Behaviours.Hang);
        await using var nats = new NatsConnection(site.AdminOptions);
        await using INatsSub<byte[]> looks = await nats.SubscribeCoreAsync<byte[]>(Held, cancellationToken: stop);
        await using WorkerProcess worker = site.Launch([("nats_user", "worker"), ("nats_password", "right")]);
        NatsMsg<byte[]> first = await looks.Msgs.ReadAsync(stop);
        await first.ReplyAsync("""{"error":{"code":503,"err_code":10008,"description":"temporarily unavailable"}}"""u8.ToArray(), cancellationToken: stop);
        Assert.Contains("temporarily unavailable", await worker.LineAsync("Cancelled calls are not known", stop), StringComparison.Ordinal);
        await worker.ReadyAsync(stop);
        Envelope call = Call.To("hang");
        await site.PublishAsync([call], stop);
        await site.Functions.Arrived.FirstAsync("it runs", it => it.CallId == call.CallId, Soon, stop);

        // Whichever of its questions is still waited for.
        Task answering = AnswerAsync(looks, Listing(call.CallId), stop);
        Assert.True((await site.Functions.Ended.FirstAsync("it is ended", static _ => true, Soon, stop)).Aborted);
        await site.SettledAsync(stop);
        await looks.UnsubscribeAsync();
        await answering;
    }

    [Fact(Timeout = Timeouts.Short)]
    public async Task Look_InSeveralPages_ReadsAll()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using NatsSecuritySite site = await NatsSecuritySite.StartAsync(Mapped + NatsSecuritySite.Users("{ user: worker, password: right }"), stop);
        await using var nats = new NatsConnection(site.AdminOptions);
        await using INatsSub<byte[]> looks = await nats.SubscribeCoreAsync<byte[]>(Held, cancellationToken: stop);
        await using WorkerProcess worker = site.Launch([("nats_user", "worker"), ("nats_password", "right")]);
        Envelope[] calls = [Call.To("echo"), Call.To("echo"), Call.To("echo")];
        for (int page = 0; page < 2; page++)
        {
            NatsMsg<byte[]> look = await looks.Msgs.ReadAsync(stop);
            Assert.Contains($"\"offset\":{page}", System.Text.Encoding.ASCII.GetString(look.Data!), StringComparison.Ordinal);
            await look.ReplyAsync(Listing(calls[page].CallId, total: 2), cancellationToken: stop);
        }

        await worker.ReadyAsync(stop);
        await site.PublishAsync(calls, stop);
        await site.SettledAsync(stop);
        Assert.Equal([calls[2].CallId], site.Functions.Arrived.Snapshot().Select(static call => call.CallId));
    }

    private static byte[] Listing(string callId, int total = 1) =>
        System.Text.Encoding.ASCII.GetBytes($$$"""{"total":{{{total}}},"offset":0,"limit":100000,"config":{"max_age":86400000000000},"state":{"subjects":{"$KV.paddlewheel-cancelled.{{{callId}}}":1} } }""");

    private static async Task AnswerAsync(INatsSub<byte[]> looks, byte[] listing, CancellationToken stop)
    {
        await foreach (NatsMsg<byte[]> look in looks.Msgs.ReadAllAsync(stop))
        {
            await look.ReplyAsync(listing, cancellationToken: stop);
        }
    }

    private static async Task<bool> HasConsumerAsync(NatsConnection nats, CancellationToken token)
    {
        try
        {
            await foreach (INatsJSConsumer _ in new NatsJSContext(nats).ListConsumersAsync("OF_" + Site.QueueName, token))
            {
                return true;
            }
        }
        catch (NatsJSApiException e) when (e.Error.Code == 404)
        {
        }

        return false;
    }
}
