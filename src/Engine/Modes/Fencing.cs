using System.Globalization;
using Microsoft.Extensions.Logging;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;
using Paddlewheel.Engine.Fetch;
using Paddlewheel.Engine.Telemetry;

namespace Paddlewheel.Engine.Modes;

/// <summary>
/// Takes the stream away from a consumer and leaves it what it has: paused, so that the last sequence given out can be read
/// exactly; its filter put where nothing is published; then let go on, for its retries.
/// </summary>
/// <remarks>
/// Must never note too high a sequence: a message up to the fence that the consumer was never given would count as settled.
/// That is why it pauses first: a consumer that looks for messages and finds none moves its place to the stream's end.
/// Two replicas may do it at once: both read the same.
/// </remarks>
internal sealed class Fencing(NatsJSContext jetStream, ILogger log)
{
    /// <summary>Ends by itself, should we die in between.</summary>
    private static readonly TimeSpan PauseFor = TimeSpan.FromSeconds(30);

    /// <summary>Fences a consumer, or deletes it when nothing of it is left or nothing it says can be trusted.</summary>
    public async Task FenceAsync(string stream, string consumer, int era, CancellationToken stop)
    {
        try
        {
            ConsumerInfo before = await InfoAsync(stream, consumer, stop).ConfigureAwait(false);
            if (ModeNames.IsFenced(before))
            {
                return;
            }

            if (!CanBeFenced(before))
            {
                await jetStream.DeleteConsumerAsync(stream, consumer, stop).ConfigureAwait(false);
                log.ConsumerReplaced(stream, consumer, before.NumAckPending);
                return;
            }

            // By the server's clock: ours may be anywhere.
            await jetStream.PauseConsumerAsync(stream, consumer, before.Ts + PauseFor, stop).ConfigureAwait(false);
            await FencePausedAsync(stream, consumer, era, stop).ConfigureAwait(false);
        }
        catch (NatsJSApiException exception) when (exception.IsNotFound() || exception.Error.ErrCode == JetStreamCode.DoesNotExist)
        {
            // Another replica removed it: that is as good.
        }
    }

    private async Task FencePausedAsync(string stream, string consumer, int era, CancellationToken stop)
    {
        ConsumerInfo info = await InfoAsync(stream, consumer, stop).ConfigureAwait(false);
        ulong last = (ulong)(await jetStream.GetStreamAsync(stream, cancellationToken: stop).ConfigureAwait(false)).Info.State.LastSeq;
        if (!ModeNames.IsFenced(info))
        {
            if (info.NumAckPending == 0 || info.Delivered.StreamSeq > last)
            {
                // Nothing in hand anywhere; or it is ahead of a stream that went back, and knows nothing about it.
                await jetStream.DeleteConsumerAsync(stream, consumer, stop).ConfigureAwait(false);
                log.ConsumerRemoved(stream, consumer);
                return;
            }

            // Never made anew: one without a past would call everything up to the fence settled.
            await jetStream.UpdateConsumerAsync(stream, Fenced(info, era), stop).ConfigureAwait(false);
            log.ConsumerFenced(stream, consumer, info.Delivered.StreamSeq, info.NumAckPending);
        }

        await jetStream.ResumeConsumerAsync(stream, consumer, stop).ConfigureAwait(false);
    }

    // One that drops messages by itself moves its floor past them: its word is not enough to call a message settled.
    private static bool CanBeFenced(ConsumerInfo info) =>
        info.Config is { DeliverSubject: null or "", AckPolicy: ConsumerConfigAckPolicy.Explicit, MaxDeliver: <= 0 };

    private static ConsumerConfig Fenced(ConsumerInfo info, int era)
    {
        ConsumerConfig config = info.Config;
        Dictionary<string, string> metadata = new(StringComparer.Ordinal);
        foreach ((string key, string value) in config.Metadata ?? new Dictionary<string, string>())
        {
            if (!key.StartsWith("_nats.", StringComparison.Ordinal))
            {
                metadata[key] = value;
            }
        }

        metadata[ModeNames.FenceKey] = info.Delivered.StreamSeq.ToString(CultureInfo.InvariantCulture);
        metadata[ModeNames.EraKey] = era.ToString(CultureInfo.InvariantCulture);
        metadata[ModeNames.FiltersKey] = string.Join(' ', ModeNames.FiltersOf(info));
        config.Metadata = metadata;
        config.FilterSubjects = null;
        config.FilterSubject = ModeNames.FencedPrefix + info.Name;
        return config;
    }

    private async Task<ConsumerInfo> InfoAsync(string stream, string consumer, CancellationToken stop) =>
        (await jetStream.GetConsumerAsync(stream, consumer, stop).ConfigureAwait(false)).Info;
}
