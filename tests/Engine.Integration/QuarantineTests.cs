using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;
using Paddlewheel.Engine.Integration.Support;
using Xunit;

namespace Paddlewheel.Engine.Integration;

/// <summary>A message that comes again and again without an outcome is given up, unrun, by its stream sequence.</summary>
[Trait("Category", "fast")]
public sealed class QuarantineTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    [Fact(Timeout = Timeouts.Short)]
    public async Task DeliveredBeyondTriesAndMargin_IsTerminatedUnrunAndItsNeighboursRun()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using Site site = await Site.StartAsync(stop);
        (string, string)[] environment = [("max_retry_attempts", "1"), ("quarantine_margin", "2")];
        await using (WorkerProcess first = await site.StartWorkerAsync(stop, environment))
        {
            Assert.Equal(0, await first.TerminateAsync(Soon, stop));
        }

        // Two tries and a margin of two: the fifth delivery is one too many. Those before it end without an outcome here, as with
        // a worker that dies of them.
        Envelope killer = Call.To("echo", site.Callbacks.Url);
        Envelope tired = Call.To("echo", site.Callbacks.Url);
        Envelope patient = Call.To("echo", site.Callbacks.Url, new Dictionary<string, string> { ["com.openfaas.retry.attempts"] = "2" });
        await DeliverInVainAsync(site, tired, 3, stop);
        await DeliverInVainAsync(site, killer, 4, stop);
        await DeliverInVainAsync(site, patient, 4, stop);

        await using WorkerProcess worker = await site.StartWorkerAsync(stop, environment);
        await site.Callbacks.Received.CountAsync("callbacks of those that may still run", 2, Soon, stop);
        await site.Queue.SettledAsync(Soon, stop);

        Assert.Empty(site.Functions.Of(killer.CallId));
        Assert.Single(site.Functions.Of(tired.CallId));
        Assert.Single(site.Functions.Of(patient.CallId));
        Assert.Equal(2, site.Callbacks.Received.Count);
        Assert.Equal(0, (await site.Queue.StreamAsync(site.Queue.Stream, stop))!.State.Messages);
        MetricsPage page = await worker.MetricsAsync(stop);
        Assert.Equal(1, page.Sum("paddlewheel_dropped_total", ("reason", "quarantined")));
        Assert.Equal(1, page.Sum("paddlewheel_outcomes_total", ("outcome", "poison")));
        Assert.Equal(1, page.Sum("paddlewheel_acks_total", ("kind", "term")));
        string line = Assert.Single(worker.Log.Where(static line => line.Contains("Message quarantined", StringComparison.Ordinal)));
        Assert.Matches("sequence\"?[:=] ?2\\b", line);
        Assert.DoesNotContain(killer.CallId, line, StringComparison.Ordinal);
    }

    /// <summary>Publishes one message and lets it be delivered so many times, each handed back without an outcome.</summary>
    private static async Task DeliverInVainAsync(Site site, Envelope message, int times, CancellationToken stop)
    {
        await site.Queue.PublishAsync(message, stop);
        ConsumerInfo info = Assert.Single((await site.Queue.ConsumersAsync(site.Queue.Stream, stop))!);
        INatsJSConsumer consumer = await site.Queue.JetStream.GetConsumerAsync(site.Queue.Stream, info.Name, stop);
        ulong sequence = (await site.Queue.StreamAsync(site.Queue.Stream, stop))!.State.LastSeq;
        while (times > 0)
        {
            INatsJSMsg<byte[]> delivered = (await consumer.NextAsync<byte[]>(cancellationToken: stop))!;
            bool ours = delivered.Metadata!.Value.Sequence.Stream == sequence;
            times -= ours ? 1 : 0;

            // The last time it stays away long enough for the next message to be first.
            await delivered.NakAsync(delay: ours && times > 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(3), cancellationToken: stop);
        }
    }
}
