using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;
using Paddlewheel.Engine.Fetch;
using Paddlewheel.Engine.Options;

namespace Paddlewheel.Engine.Modes;

/// <summary>Reads a stream's consumers. In function mode there may be thousands: those known by name to be in use are not asked for.</summary>
internal sealed class ConsumerReader(NatsJSContext jetStream, LaneOptions lane, ScalingMode mode)
{
    /// <param name="inUse">Epoch whose function consumers need no look; null when all do.</param>
    /// <param name="stop">Ends the look.</param>
    public async Task<ModeView> ReadAsync(int? inUse, CancellationToken stop)
    {
        if (mode == ScalingMode.Static)
        {
            ConsumerListing listing = await jetStream.ListAllConsumersAsync(lane.Stream, stop).ConfigureAwait(false);
            return ModeView.Of(listing.All, lane) with { Listing = listing.IsOneLook ? listing.All : null };
        }

        List<ConsumerInfo> all = [];
        await foreach (string name in jetStream.ListConsumerNamesAsync(lane.Stream, stop).ConfigureAwait(false))
        {
            if (!(inUse is { } epoch && ModeNames.IsOfEpoch(name, lane, mode, epoch)) && await jetStream.FindConsumerAsync(lane.Stream, name, stop).ConfigureAwait(false) is { } info)
            {
                all.Add(info);
            }
        }

        return ModeView.Of(all, lane);
    }
}
