using NATS.Client.JetStream.Models;

namespace Paddlewheel.Engine.Fetch;

/// <summary>Which consumers a lane can be read through, which it may not touch, and what ours looks like (contract 2.4).</summary>
internal static class ConsumerRules
{
    /// <summary>Settings of a consumer that we create. The worker counts attempts itself, so the server never gives up.</summary>
    /// <param name="lane">Names it, and may limit it to a filter.</param>
    /// <param name="all">Subjects to name where an unfiltered one is not possible; empty otherwise.</param>
    public static ConsumerConfig Ours(LaneOptions lane, IReadOnlyList<string>? all = null) => new(lane.Consumer)
    {
        AckPolicy = ConsumerConfigAckPolicy.Explicit,
        DeliverPolicy = ConsumerConfigDeliverPolicy.All,
        AckWait = lane.AckWait,
        MaxDeliver = -1,
        FilterSubject = lane.Filter.Length > 0 ? lane.Filter : all is [var only] ? only : null,
        FilterSubjects = lane.Filter.Length == 0 && all is { Count: > 1 } ? [.. all] : null,

        // Retries that wait count as pending; a limit would stop new work behind them.
        MaxAckPending = -1,
    };

    /// <summary>
    /// The one unfiltered pull consumer of a work-queue stream: left by the original product under a name that is not public.
    /// A work queue has room for one such consumer, so it is ours to use or nobody's.
    /// </summary>
    public static ConsumerInfo? Adoptable(IReadOnlyList<ConsumerInfo> existing, StreamInfo stream, LaneOptions lane)
    {
        if (lane.IsLegacy || stream.Config.Retention != StreamConfigRetention.Workqueue || existing.Count != 1)
        {
            return null;
        }

        ConsumerInfo only = existing[0];
        return HasFilter(only) || only.Config.DeliverSubject is { Length: > 0 } ? null : only;
    }

    /// <summary>Refuses a consumer that would lose messages or never deliver them.</summary>
    /// <exception cref="ProvisioningException">It can't be used.</exception>
    public static void Check(ConsumerInfo consumer, StreamInfo stream)
    {
        string name = $"consumer {consumer.Name} on stream {consumer.StreamName}";
        if (consumer.Config.DeliverSubject is { Length: > 0 })
        {
            throw new ProvisioningException($"{name} is a push consumer; this worker pulls. Delete it and let the worker create its own, or name another one.");
        }

        if (consumer.Config.AckPolicy != ConsumerConfigAckPolicy.Explicit)
        {
            throw new ProvisioningException($"{name} has ack policy {consumer.Config.AckPolicy}; it must be explicit, or messages are lost when a worker dies. Delete it and let the worker create its own.");
        }

        if (consumer.Config.MaxDeliver > 0)
        {
            throw new ProvisioningException($"{name} has max_deliver {consumer.Config.MaxDeliver}; it must be -1, or the server drops messages before their retries are over. Set it with: nats consumer edit {consumer.StreamName} {consumer.Name} --max-deliver=-1");
        }

        Check(stream);
    }

    /// <summary>Refuses a stream that would lose messages, whether or not it has a consumer yet.</summary>
    /// <exception cref="ProvisioningException">It can't be used.</exception>
    private static void Check(StreamInfo stream)
    {
        if (stream.Config.Retention == StreamConfigRetention.Interest)
        {
            throw new ProvisioningException($"stream {stream.Config.Name} has interest retention: its messages are dropped when the consumer goes. Make it anew with work-queue retention, or remove it with: nats stream rm {stream.Config.Name}");
        }
    }

    /// <summary>Refuses a stream that can't be shared out among functions: only a work queue drops a message once, when it is acknowledged.</summary>
    /// <exception cref="ProvisioningException">Its retention is another one.</exception>
    public static void CheckForFunctions(StreamInfo stream)
    {
        Check(stream);
        if (stream.Config.Retention != StreamConfigRetention.Workqueue)
        {
            throw new ProvisioningException($"stream {stream.Config.Name} has {stream.Config.Retention} retention; function mode needs a work queue, where a subject's messages are what is left to do. Use scaling_mode=static for it, or make it anew with work-queue retention");
        }
    }

    /// <summary>Refuses to add a consumer to a stream that can't be used, and an unfiltered one where a work queue has others already.</summary>
    /// <exception cref="ProvisioningException">There are foreign consumers, or the stream would lose messages.</exception>
    public static void CheckRoomFor(LaneOptions lane, StreamInfo stream, IReadOnlyList<ConsumerInfo> existing)
    {
        Check(stream);
        if (stream.Config.Retention != StreamConfigRetention.Workqueue || existing.Count == 0)
        {
            return;
        }

        string names = string.Join(", ", existing.Select(info => info.Name).Take(5));
        throw new ProvisioningException(
            $"stream {lane.Stream} is a work queue and already has consumers ({names}); a second reader of the same messages is not possible. " +
            $"Stop the workers that use them and remove them with: nats consumer rm {lane.Stream} NAME, or set replace_consumers=true to take their place");
    }

    private static bool HasFilter(ConsumerInfo consumer) =>
        consumer.Config.FilterSubject is { Length: > 0 } || consumer.Config.FilterSubjects is { Count: > 0 };
}
