using Paddlewheel.Engine.Integration.Support;
using Xunit;

namespace Paddlewheel.Engine.Integration;

/// <summary>A process stands still for a while with its connections open: the server, or the worker itself.</summary>
[Trait("Category", "fast")]
public sealed class FrozenTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    [Fact(Timeout = Timeouts.Short)]
    public async Task Server_SilentWithOpenConnections_IsNoticed_NothingIsLostOrRepeatedAndWorkGoesOn()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using Site site = await Site.StartAsync(stop);
        var gate = new Gate();
        site.Functions.On("held", gate.Behaviour);
        await using WorkerProcess worker = await site.StartWorkerAsync(stop, ("max_inflight", "20"), ("ack_wait", "60s"));
        await site.Queue.PublishAsync("held", 10, stop);
        await site.Functions.Arrived.CountAsync("ten calls run", 10, Soon, stop);

        site.Nats.Signal(Signals.Freeze);
        try
        {
            // The calls end while nobody listens; their acks lie in the socket.
            gate.Open();
            await site.Functions.Ended.CountAsync("the calls end", 10, Soon, stop);

            // The connection never breaks: only two missed heartbeats, ten seconds, can tell.
            await worker.LineAsync("Server is silent", stop, TimeSpan.FromSeconds(15));
        }
        finally
        {
            site.Nats.Signal(Signals.Thaw);
        }

        await worker.ReadyAsync(stop);
        await site.Queue.PublishAsync("echo", 50, stop);
        await site.Functions.Ended.CountAsync("old and new calls", 60, Soon, stop);
        await site.Queue.SettledAsync(Soon, stop);

        Balance balance = site.Queue.Accounts.Against(site.Functions);
        balance.AssertNothingLost();
        Assert.Equal(0, balance.Duplicates);
        Assert.Equal(0, (await site.Queue.StreamAsync(site.Queue.Stream, stop))!.State.Messages);
    }

    [Fact(Timeout = Timeouts.Short)]
    public async Task Worker_FrozenBeyondItsLeases_NoLateNakStartsOneMoreCopy()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using Site site = await Site.StartAsync(stop);
        var first = new Gate();
        var second = new Gate();

        // The first run of each fails and the second succeeds: a NAK of the frozen worker would start a third.
        site.Functions.On("held", async (call, gone) =>
        {
            _ = await (call.Attempt == 1 ? first : second).Behaviour(call, gone);
            return call.Attempt == 1 ? new Answer(503) : new Answer(200) { Body = call.Body };
        });
        (string, string)[] settings = [("max_inflight", "5"), ("ack_wait", "2s"), ("initial_retry_wait", "50ms")];
        await using WorkerProcess frozen = await site.StartWorkerAsync(stop, settings);
        await site.Queue.PublishAsync(Enumerable.Range(0, 5).Select(static _ => Call.To("held")), stop, static _ => 2);
        await site.Functions.Arrived.CountAsync("five calls run", 5, Soon, stop);

        await using WorkerProcess other = await site.StartWorkerAsync(stop, settings);
        frozen.Signal(Signals.Freeze);
        try
        {
            // Twice the ack wait at most: the other worker gets them when their leases have run out.
            await site.Functions.Arrived.CountAsync("the other worker runs them", 10, Soon, stop);
            first.Open();
            await site.Functions.Ended.CountAsync("the first runs end", 5, Soon, stop);
        }
        finally
        {
            frozen.Signal(Signals.Thaw);
        }

        await Eventually.ReachesAsync("the frozen worker has let go of what it held", async token =>
        {
            MetricsPage page = await frozen.MetricsAsync(token);
            double held = page.Sum("paddlewheel_deliveries_in_use") + page.Sum("paddlewheel_retries_waiting");
            return held == 0 ? null : $"{held} held";
        }, Soon, stop);
        Assert.Equal(10, site.Functions.Arrived.Count);
        second.Open();
        await site.Queue.SettledAsync(Soon, stop);

        Balance balance = site.Queue.Accounts.Against(site.Functions);
        balance.AssertNothingLost();
        Assert.Equal(0, balance.Duplicates);
        Assert.False(frozen.HasExited);

        // It is a worker like any other again.
        await other.TerminateAsync(Soon, stop);
        await site.Queue.PublishAsync("echo", 10, stop);
        await site.Queue.SettledAsync(Soon, stop);
        site.Queue.Accounts.Against(site.Functions).AssertNothingLost();
    }
}
