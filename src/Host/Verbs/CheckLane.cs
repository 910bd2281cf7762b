using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;
using Paddlewheel.Engine.Fetch;
using Paddlewheel.Engine.Modes;

namespace Paddlewheel.Host.Verbs;

/// <summary>One stream and the consumer a worker would read it through, judged by the worker's own rules.</summary>
internal static class CheckLane
{
    private const int NotFound = 404;

    public static async Task RunAsync(NatsJSContext jetStream, LaneOptions lane, CheckReport report, CancellationToken cancellationToken)
    {
        try
        {
            StreamInfo stream = (await jetStream.GetStreamAsync(lane.Stream, cancellationToken: cancellationToken)).Info;
            report.Fine($"stream {lane.Stream}: {stream.State.Messages} messages, {stream.Config.Retention} retention, {stream.Config.NumReplicas} replicas, subjects {string.Join(' ', stream.Config.Subjects ?? [])}");
            var consumers = new List<ConsumerInfo>();
            await foreach (INatsJSConsumer consumer in jetStream.ListConsumersAsync(lane.Stream, cancellationToken))
            {
                consumers.Add(consumer.Info);
            }

            int others = lane.IsLegacy ? 0 : consumers.RemoveAll(info => info.Name != lane.Consumer && (ModeNames.IsMarker(info.Name) || ModeNames.IsFenced(info) || ModeNames.IsOurs(info.Name, lane)));
            if (others > 0)
            {
                report.Note($"stream {lane.Stream}: {others} consumers of function mode or of a mode switch; a worker that starts takes over from them");
                return;
            }

            Judge(lane, stream, consumers, report);
        }
        catch (NatsJSApiException e) when (e.Error.Code == NotFound)
        {
            report.Note(lane.IsLegacy ? $"stream {lane.Stream}: not there, nothing to take over" : $"stream {lane.Stream}: not there; a worker creates it");
        }
        catch (Exception e) when (e is NatsException or OperationCanceledException)
        {
            report.Problem($"stream {lane.Stream} cannot be looked at: {e.Message}", "allow this user the JetStream API, or look at the server's log");
        }
    }

    private static void Judge(LaneOptions lane, StreamInfo stream, List<ConsumerInfo> consumers, CheckReport report)
    {
        try
        {
            ConsumerInfo? own = consumers.Find(info => info.Name == lane.Consumer) ?? ConsumerRules.Adoptable(consumers, stream, lane);
            if (own is null)
            {
                ConsumerRules.CheckRoomFor(lane, stream, consumers);
                report.Note($"consumer {lane.Consumer}: not there; a worker creates it");
                return;
            }

            ConsumerRules.Check(own, stream);
            report.Fine($"consumer {own.Name}: {own.NumPending} to be delivered, {own.NumAckPending} not acked yet, ack_wait {own.Config.AckWait.TotalSeconds:0.###} s");
            if (own.Config.MaxAckPending > 0)
            {
                report.Note($"consumer {own.Name}: max_ack_pending is {own.Config.MaxAckPending}; retries that wait count, so keep it well above max_inflight, or set -1");
            }
        }
        catch (ProvisioningException e)
        {
            // The rule's own sentence holds the fix.
            report.Problem(e.Message);
        }
    }
}
