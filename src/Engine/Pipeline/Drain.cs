using Microsoft.Extensions.Logging;
using NATS.Client.Core;
using Paddlewheel.Engine.Telemetry;

namespace Paddlewheel.Engine.Pipeline;

/// <summary>
/// The way out: nothing new, hand back what has not begun, finish what runs with its leases kept, give the
/// waiting retries to the server, and flush the acks with a round trip. What still runs when the time is over is left to its
/// lease: a NAK would start a second copy while the first may still finish.
/// </summary>
internal static class Drain
{
    /// <summary>Kept of the drain time for the last acks and the round trip.</summary>
    private static readonly TimeSpan FlushTime = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(5);

    public static async Task RunAsync(Blocks blocks, Task[] lanes, NatsConnection nats, EngineMetrics metrics, WorkerHealth health, ILogger log, TimeProvider time, TimeSpan drainTimeout, CancellationToken abort)
    {
        long started = time.GetTimestamp();
        health.NotReady("draining");
        log.DrainStarted(blocks.Invoke.Busy, blocks.Invoke.Waiting);
        blocks.Retries.StartDraining();
        blocks.Invoke.HandBackWaiting(blocks.Ack);

        // The lanes end their subscriptions with a round trip: after it no message can come any more.
        await Task.WhenAll(lanes).ConfigureAwait(false);
        blocks.Invoke.HandBackWaiting(blocks.Ack);
        blocks.Tickets.HandOver();

        TimeSpan working = drainTimeout > FlushTime * 2 ? drainTimeout - FlushTime : drainTimeout / 2;
        using PeriodicTimer timer = new(LookEvery, time);
        while (blocks.Pool.InUse > 0 && time.GetElapsedTime(started) < working && !abort.IsCancellationRequested)
        {
            await timer.WaitForNextTickAsync(CancellationToken.None).ConfigureAwait(false);
        }

        blocks.Leases.Stop();
        blocks.Tickets.HandOver();
        TimeSpan rest = drainTimeout - time.GetElapsedTime(started);
        if (!abort.IsCancellationRequested && rest > TimeSpan.Zero)
        {
            await blocks.Ack.BarrierAsync().WaitAsync(rest, time, abort).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        int left = blocks.Pool.InUse;
        await FlushAsync(nats, time, log, abort).ConfigureAwait(false);
        if (left > 0)
        {
            metrics.Dropped("drain_cut");
            log.DrainCut(left, abort.IsCancellationRequested ? "second signal" : "drain time is over");
        }

        log.DrainDone(time.GetElapsedTime(started).TotalSeconds, left);
    }

    private static async Task FlushAsync(NatsConnection nats, TimeProvider time, ILogger log, CancellationToken abort)
    {
        if (nats.ConnectionState != NatsConnectionState.Open)
        {
            return;
        }

        try
        {
            await nats.PingAsync(abort).AsTask().WaitAsync(FlushTime, time, abort).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            log.FlushFailed(exception.Message);
        }
    }
}
