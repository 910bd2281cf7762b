using Microsoft.Extensions.Logging;
using NATS.Client.JetStream.Models;
using Paddlewheel.Engine.Fetch;
using Paddlewheel.Engine.Lanes;
using Paddlewheel.Engine.Telemetry;

namespace Paddlewheel.Engine.Pipeline;

/// <summary>
/// Reads, every few seconds, how deep each lane's queue is: everything not yet acknowledged, for the whole queue, so that
/// every replica says the same (contract 7.2, 8). Watches for a consumer that is ahead of its stream,
/// and for one whose own limit holds it up.
/// </summary>
internal sealed class DepthMonitor(LaneSet lanes, EngineMetrics metrics, ILogger log, TimeProvider time, TimeSpan interval)
{
    public async Task RunAsync(CancellationToken stop)
    {
        using PeriodicTimer timer = new(interval, time);
        do
        {
            try
            {
                await ReadAsync(stop).ConfigureAwait(false);
            }
            catch (Exception exception) when (!stop.IsCancellationRequested)
            {
                log.DepthUnknown(exception.Message);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
        while (await TickAsync(timer, stop).ConfigureAwait(false));
    }

    private static async Task<bool> TickAsync(PeriodicTimer timer, CancellationToken stop)
    {
        try
        {
            return await timer.WaitForNextTickAsync(stop).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    // Lanes of one queue are added up: the older stream's backlog belongs to the same queue.
    private async Task ReadAsync(CancellationToken stop)
    {
        Dictionary<string, (long Pending, long Submitted)> queues = [];
        if (lanes.Depths is { } functions && lanes.Main.IsReady)
        {
            // Named functions have series of their own.
            queues[lanes.MainOptions.Queue] = (functions.Unnamed, functions.Submitted);
        }

        foreach (LaneSupervisor lane in lanes.Shared)
        {
            if (!lane.IsReady && !lanes.Modes.IsSuperseded)
            {
                continue;
            }

            StreamInfo? stream = await lanes.JetStream.FindStreamAsync(lane.Lane.Stream, stop).ConfigureAwait(false);
            ConsumerInfo? consumer = await lanes.JetStream.FindConsumerAsync(lane.Lane.Stream, lane.Lane.Consumer, stop).ConfigureAwait(false);
            if (stream is not null && lane.Options == lanes.MainOptions && lanes.Modes.IsSuperseded)
            {
                // The consumer is not the queue any more; a work queue's messages are, those of the lane's own part.
                long stored = lane.Options.Filter.Length == 0 ? (long)stream.State.Messages : await lanes.JetStream.CountAsync(lane.Lane.Stream, lane.Options.Filter, stop).ConfigureAwait(false);
                queues[lane.Options.Queue] = (stored, (long)stream.State.LastSeq);
                continue;
            }

            if (stream is null || consumer is null)
            {
                // With every slot busy no pull is open, so nobody else hears that they are gone.
                metrics.RemoveAckPending(lane.Options.Queue, lane.Lane.Stream);
                lane.LookAgain(stream is null ? "the stream is gone" : "the consumer is gone");
                continue;
            }

            queues.TryGetValue(lane.Options.Queue, out (long Pending, long Submitted) sum);
            queues[lane.Options.Queue] = (sum.Pending + (long)consumer.NumPending + consumer.NumAckPending, sum.Submitted + (long)stream.State.LastSeq);
            WatchLimit(lane, consumer.NumAckPending, consumer.Config.MaxAckPending);
            if (consumer.Delivered.StreamSeq > stream.State.LastSeq)
            {
                log.ConsumerAhead(lane.Lane.Stream, lane.Lane.Consumer, consumer.Delivered.StreamSeq, stream.State.LastSeq);
            }
        }

        foreach ((string queue, (long pending, long submitted)) in queues)
        {
            metrics.SetPending(queue, "", pending);
            metrics.SetSubmitted(queue, submitted);
        }
    }

    // An adopted consumer is left as it is, so all that can be done about its limit is to say that it is the cause.
    private void WatchLimit(LaneSupervisor lane, long pending, long limit)
    {
        metrics.SetAckPending(lane.Options.Queue, lane.Lane.Stream, pending, limit);
        switch (lane.Lane.PendingLimit.Observe(pending, limit))
        {
            case PendingLimitChange.Reached:
                log.PendingLimitReached(lane.Lane.Stream, lane.Lane.Consumer, pending, limit);
                break;
            case PendingLimitChange.Left:
                log.PendingLimitLeft(lane.Lane.Stream, lane.Lane.Consumer, pending, limit);
                break;
        }
    }
}
