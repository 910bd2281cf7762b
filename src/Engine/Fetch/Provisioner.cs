using Microsoft.Extensions.Logging;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;
using Paddlewheel.Engine.Modes;
using Paddlewheel.Engine.Telemetry;

namespace Paddlewheel.Engine.Fetch;

/// <summary>
/// Looks a lane's stream and consumer up and creates what is missing; what exists is adopted as it is. Always looks first:
/// racing creates of the same durable can destroy its state on some servers (nats-server PR 8491).
/// </summary>
internal sealed class Provisioner(NatsJSContext jetStream, ILogger log)
{
    /// <summary>Consumers of a stream that we create: more than there will be functions with work.</summary>
    public const int MostConsumers = 100_000;

    // Thousands of lanes may wake at once: the server is asked for a few at a time.
    private static readonly SemaphoreSlim Creating = new(16);

    /// <summary>The stream, created if we may; null when a legacy stream does not exist.</summary>
    public async Task<StreamInfo?> FindOrCreateStreamAsync(LaneOptions lane, CancellationToken stop)
    {
        if (await jetStream.FindStreamAsync(lane.Stream, stop).ConfigureAwait(false) is { } found)
        {
            return found;
        }

        if (lane.IsLegacy)
        {
            return null;
        }

        StreamConfig config = new(lane.Stream, await FreeSubjectsAsync(lane, stop).ConfigureAwait(false))
        {
            Retention = StreamConfigRetention.Workqueue,
            Storage = StreamConfigStorage.File,
            Discard = StreamConfigDiscard.Old,
            NumReplicas = lane.Replicas,

            // Since 2.15 a stream that does not say takes 1,000; function mode has one per function.
            MaxConsumers = MostConsumers,
        };
        try
        {
            INatsJSStream created = await jetStream.CreateStreamAsync(config, stop).ConfigureAwait(false);
            log.StreamCreated(lane.Stream, string.Join(' ', config.Subjects!));
            return created.Info;
        }
        catch (NatsJSApiException) when (!stop.IsCancellationRequested)
        {
            // Another replica was first, or it can't be made: the look tells which.
            if (await jetStream.FindStreamAsync(lane.Stream, stop).ConfigureAwait(false) is { } other)
            {
                return other;
            }

            throw;
        }
    }

    /// <summary>The mode of the main stream's lanes, and what may be made there.</summary>
    public ModeKeeper? Modes { get; set; }

    /// <summary>What has to be known before a lane's first message; it ends by itself, whatever happens.</summary>
    public Task Known { get; init; } = Task.CompletedTask;

    /// <summary>The lane's consumer: the one that is there, or ours; null when there is none to serve and none may be made.</summary>
    /// <exception cref="ProvisioningException">What is there can't be used; the message says why and what to do.</exception>
    public async Task<ConsumerInfo?> FindOrCreateConsumerAsync(LaneOptions lane, StreamInfo stream, CancellationToken stop)
    {
        if (lane.IsFenced)
        {
            return await jetStream.FindConsumerAsync(lane.Stream, lane.Consumer, stop).ConfigureAwait(false) is { } fenced && ModeNames.IsFenced(fenced) ? fenced : null;
        }

        if (lane.IsLegacy || Modes is not { } modes)
        {
            return await FindOrCreateSharedAsync(lane, stream, stop).ConfigureAwait(false);
        }

        if (!lane.IsOnDemand)
        {
            await CheckPartitionsAsync(lane, stop).ConfigureAwait(false);
        }

        if (!(lane.IsOnDemand ? modes.IsInForce : await modes.LookAsync(stream, stop).ConfigureAwait(false)))
        {
            return null;
        }

        LaneOptions named = lane with { Consumer = lane.Consumer + ModeNames.Suffix(modes.Epoch) };
        if (!lane.IsOnDemand && modes.Listing is { } listing && Own(named, stream, ByReading(named, listing)) is { } there)
        {
            return Adopted(named, stream, there);
        }

        ConsumerInfo? consumer = lane.IsOnDemand
            ? await FindOrCreateFunctionConsumerAsync(named, stop).ConfigureAwait(false)
            : await FindOrCreateSharedAsync(named, stream, stop).ConfigureAwait(false);

        // Whatever was fenced to make room for it is known before its first message comes.
        await modes.LookAsync(stream, stop).ConfigureAwait(false);
        return consumer;
    }

    /// <summary>Joins or takes over the queue in this worker's mode.</summary>
    /// <exception cref="ProvisioningException">Somebody else's consumer reads the stream.</exception>
    public async Task JoinAsync(LaneOptions lane, CancellationToken stop)
    {
        await CheckPartitionsAsync(lane, stop).ConfigureAwait(false);
        await Modes!.LookAsync(null, stop).ConfigureAwait(false);
    }

    private async Task CheckPartitionsAsync(LaneOptions lane, CancellationToken stop)
    {
        if (lane.Partitions > 1)
        {
            StreamInfoRequest request = new() { SubjectsFilter = ">" };
            PartitionRules.Check((await jetStream.GetStreamAsync(lane.Stream, request, stop).ConfigureAwait(false)).Info, lane);
        }
    }

    private async Task<ConsumerInfo?> FindOrCreateSharedAsync(LaneOptions lane, StreamInfo stream, CancellationToken stop)
    {
        ConsumerListing listing = await jetStream.ListAllConsumersAsync(lane.Stream, stop).ConfigureAwait(false);
        (List<ConsumerInfo> existing, List<ConsumerInfo> others) = ByReading(lane, listing.All);
        if (Own(lane, stream, (existing, others)) is { } own)
        {
            return Adopted(lane, stream, own);
        }

        ConsumerRules.CheckRoomFor(lane, stream, existing);
        if (lane.IsLegacy && stream.State.Messages > 0)
        {
            log.LegacyBacklog(lane.Stream, lane.Consumer, stream.State.Messages);
        }

        // A work queue takes no unfiltered consumer beside others, whatever these read: this one names all of the stream's subjects.
        IReadOnlyList<string> all = others.Count > 0 && stream.Config.Retention == StreamConfigRetention.Workqueue ? [.. stream.Config.Subjects ?? []] : [];
        ConsumerInfo? created = await CreateAsync(lane, ConsumerRules.Ours(lane, all), stop).ConfigureAwait(false);
        if (created is not null)
        {
            log.ConsumerCreated(lane.Stream, lane.Consumer);
        }

        return created;
    }

    private static ConsumerInfo? Own(LaneOptions lane, StreamInfo stream, (List<ConsumerInfo> Existing, List<ConsumerInfo> Others) consumers) =>
        consumers.Existing.Find(info => info.Name == lane.Consumer) ?? (consumers.Others.Count > 0 ? null : ConsumerRules.Adoptable(consumers.Existing, stream, lane));

    // Those that read what the lane reads, and the rest.
    private static (List<ConsumerInfo> Existing, List<ConsumerInfo> Others) ByReading(LaneOptions lane, IReadOnlyList<ConsumerInfo> all)
    {
        List<ConsumerInfo> existing = [], others = [];
        foreach (ConsumerInfo info in all)
        {
            bool reads = !ModeNames.IsMarker(info.Name) && !ModeNames.IsFenced(info) && lane.Reads(ModeNames.FiltersOf(info));
            (reads ? existing : others).Add(info);
        }

        return (existing, others);
    }

    private ConsumerInfo Adopted(LaneOptions lane, StreamInfo stream, ConsumerInfo own)
    {
        ConsumerRules.Check(own, stream);
        log.Adopted(lane.Stream, own.Name, own.NumPending, own.NumAckPending);
        return own;
    }

    // Always looks first, so that a race of two replicas is the exception; then both create the same thing.
    private async Task<ConsumerInfo?> FindOrCreateFunctionConsumerAsync(LaneOptions lane, CancellationToken stop)
    {
        await Creating.WaitAsync(stop).ConfigureAwait(false);
        try
        {
            if (await jetStream.FindConsumerAsync(lane.Stream, lane.Consumer, stop).ConfigureAwait(false) is { } found)
            {
                return ModeNames.IsFenced(found) ? null : found;
            }

            ConsumerInfo? created = await CreateAsync(lane, ConsumerRules.Ours(lane), stop).ConfigureAwait(false);
            if (created is not null)
            {
                log.FunctionConsumerCreated(lane.Stream, lane.Consumer, lane.Filter);
            }

            return created;
        }
        finally
        {
            Creating.Release();
        }
    }

    // Made, never changed: one of this name that another mode has fenced meanwhile must stay as it is.
    private async Task<ConsumerInfo?> CreateAsync(LaneOptions lane, ConsumerConfig config, CancellationToken stop)
    {
        try
        {
            return (await jetStream.CreateConsumerAsync(lane.Stream, config, stop).ConfigureAwait(false)).Info;
        }
        catch (NatsJSApiException exception) when (exception.Error.ErrCode == JetStreamCode.AlreadyExists)
        {
            // Another replica was first; fenced, there is nothing for this mode to read.
            ConsumerInfo? other = await jetStream.FindConsumerAsync(lane.Stream, lane.Consumer, stop).ConfigureAwait(false);
            return other is not null && ModeNames.IsFenced(other) ? null : other;
        }
    }

    // The bare queue name is the subject of older gateways; it goes to our stream only if no other stream holds it.
    private async Task<List<string>> FreeSubjectsAsync(LaneOptions lane, CancellationToken stop)
    {
        List<string> subjects = [.. lane.Subjects];
        await foreach (string _ in jetStream.ListStreamNamesAsync(lane.Queue, stop).ConfigureAwait(false))
        {
            return subjects;
        }

        subjects.Add(lane.Queue);
        return subjects;
    }
}

/// <summary>Stream or consumer can't be used as they are; the message says which, why, and what to do.</summary>
internal sealed class ProvisioningException(string message) : Exception(message);
