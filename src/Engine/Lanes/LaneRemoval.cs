using Microsoft.Extensions.Logging;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;
using Paddlewheel.Engine.Ack;
using Paddlewheel.Engine.Fetch;
using Paddlewheel.Engine.Modes;
using Paddlewheel.Engine.Telemetry;

namespace Paddlewheel.Engine.Lanes;

/// <summary>
/// Removes the consumer of an idle lane, and only of an idle one: a consumer that is deleted forgets its delivery counts, and
/// another replica may be about to use it. It is paused first, so that nothing can be delivered between the last look and the
/// deletion. The pause ends by itself and only so: whoever resumed a consumer might end the pause of another, who fences it.
/// </summary>
internal sealed class LaneRemoval(NatsConnection nats, NatsJSContext jetStream, ILogger log)
{
    /// <summary>So long waits a message that comes between the two looks.</summary>
    private static readonly TimeSpan PauseFor = TimeSpan.FromSeconds(2);

    /// <summary>Servers before 2.11 can't pause: there an idle consumer stays, which costs the server some memory and nothing else.</summary>
    public bool IsPossible => ServerVersion.Of(nats) >= ServerVersion.ConsumerPause;

    /// <summary>True when the consumer is gone; false when it is in use after all.</summary>
    public async Task<bool> TryRemoveAsync(string stream, string consumer, CancellationToken stop)
    {
        try
        {
            ConsumerInfo before = await InfoAsync(stream, consumer, stop).ConfigureAwait(false);
            if (!IsIdle(before) || before.IsPaused)
            {
                return false;
            }

            // By the server's clock: ours may be anywhere.
            await jetStream.PauseConsumerAsync(stream, consumer, before.Ts + PauseFor, stop).ConfigureAwait(false);
            if (!IsIdle(await InfoAsync(stream, consumer, stop).ConfigureAwait(false)))
            {
                return false;
            }

            await jetStream.DeleteConsumerAsync(stream, consumer, stop).ConfigureAwait(false);
            log.ConsumerRemoved(stream, consumer);
            return true;
        }
        catch (NatsJSApiException exception) when (exception.IsNotFound())
        {
            return true;
        }
    }

    // No pull of any replica waits, nothing is unacknowledged or waits for a retry, and nothing is there to deliver.
    private static bool IsIdle(ConsumerInfo info) => !ModeNames.IsFenced(info) && info is { NumWaiting: 0, NumAckPending: 0, NumPending: 0 };

    private async Task<ConsumerInfo> InfoAsync(string stream, string consumer, CancellationToken stop) =>
        (await jetStream.GetConsumerAsync(stream, consumer, stop).ConfigureAwait(false)).Info;
}
