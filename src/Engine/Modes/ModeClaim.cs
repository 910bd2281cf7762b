using Microsoft.Extensions.Logging;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;
using Paddlewheel.Engine.Ack;
using Paddlewheel.Engine.Fetch;
using Paddlewheel.Engine.Options;
using Paddlewheel.Engine.Telemetry;

namespace Paddlewheel.Engine.Modes;

/// <summary>Makes room on the stream for one mode: fences what reads it, and writes down whose it is.</summary>
internal sealed class ModeClaim(NatsConnection nats, NatsJSContext jetStream, LaneOptions lane, ScalingMode mode, bool replaceForeign, ILogger log)
{
    private const int FencesAtOnce = 16;

    private readonly Fencing _fencing = new(jetStream, log);

    /// <summary>Fences what may not read the stream while this mode has it; true when there was something.</summary>
    /// <exception cref="ProvisioningException">Somebody else's consumer is in the way, or the server is too old.</exception>
    public async Task<bool> MakeRoomAsync(ModeView view, StreamInfo stream, int epoch, CancellationToken stop)
    {
        List<ConsumerInfo> strays = [.. view.Strays(lane, mode, epoch)];
        if (view.Foreign.Count > 0 && !HasItsOwn(view, epoch) && !IsAdopted(view, stream, strays, epoch))
        {
            if (!replaceForeign)
            {
                throw Refusal(view.Foreign);
            }

            strays.AddRange(view.Foreign);
        }

        if (strays.Count == 0)
        {
            return false;
        }

        if (ServerVersion.Of(nats) < ServerVersion.ConsumerPause)
        {
            throw new ProvisioningException($"stream {lane.Stream} is read by {Names(strays)}; to take it over needs nats-server {ServerVersion.ConsumerPause} or newer. Stop their workers, wait until nothing is unacknowledged, and remove them with: nats consumer rm {lane.Stream} NAME");
        }

        await Parallel.ForEachAsync(
            strays,
            new ParallelOptions { MaxDegreeOfParallelism = FencesAtOnce, CancellationToken = stop },
            async (info, token) => await _fencing.FenceAsync(lane.Stream, info.Name, epoch, token).ConfigureAwait(false)).ConfigureAwait(false);
        return true;
    }

    /// <summary>Writes the mode down; false when another worker was first with this epoch, or something still reads the stream.</summary>
    public async Task<bool> TryMarkAsync(int epoch, CancellationToken stop)
    {
        ConsumerConfig marker = new(ModeNames.MarkerName(lane, epoch, mode))
        {
            AckPolicy = ConsumerConfigAckPolicy.Explicit,
            DeliverPolicy = ConsumerConfigDeliverPolicy.All,
            MaxAckPending = -1,
            FilterSubject = ModeNames.MarkerFilter(lane, epoch),
            Description = $"says that the queue is served in {mode} mode; delivers nothing",
        };
        try
        {
            await jetStream.CreateOrUpdateConsumerAsync(lane.Stream, marker, stop).ConfigureAwait(false);
            return true;
        }
        catch (NatsJSApiException exception) when (exception.Error.ErrCode is JetStreamCode.FilterNotUnique or JetStreamCode.MultipleUnfiltered)
        {
            return false;
        }
    }

    public async Task RemoveMarkersAsync(IEnumerable<string> markers, CancellationToken stop)
    {
        foreach (string marker in markers)
        {
            await jetStream.TryDeleteConsumerAsync(lane.Stream, marker, stop).ConfigureAwait(false);
        }
    }

    // The server lets nobody else read what that one reads.
    private bool HasItsOwn(ModeView view, int epoch) =>
        mode == ScalingMode.Static && view.Ours.Any(info => ModeNames.IsOfEpoch(info.Name, lane, mode, epoch));

    // Static mode reads through a consumer that is there already, if it is the only one (ADR 6).
    private bool IsAdopted(ModeView view, StreamInfo stream, List<ConsumerInfo> strays, int epoch) =>
        mode == ScalingMode.Static && epoch == 0 && strays.Count == 0 && view is { Marker: null, Fenced.Count: 0, Ours.Count: 0 } && ConsumerRules.Adoptable(view.Foreign, stream, lane) is not null;

    private ProvisioningException Refusal(IReadOnlyList<ConsumerInfo> foreign) => new(
        $"stream {lane.Stream} is a work queue and already has consumers that are not this worker's ({Names(foreign)}); a second reader of the same messages is not possible. " +
        $"Stop the workers that use them and remove them with: nats consumer rm {lane.Stream} NAME, or set replace_consumers=true to take their place");

    private static string Names(IEnumerable<ConsumerInfo> consumers) => string.Join(", ", consumers.Select(static info => info.Name).Take(5));
}
