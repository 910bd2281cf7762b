using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;
using Paddlewheel.Engine.Options;

namespace Paddlewheel.Engine.Calls;

/// <summary>
/// Cancels a call: puts its id into the bucket, and makes the bucket when there is none. Says nothing of whether there is such a call,
/// since nobody can know: a message is not found by its call id.
/// </summary>
internal sealed class Canceller(NatsConnection nats, EngineOptions options, TimeProvider time)
{
    /// <summary>
    /// So long the first put waits for its acknowledgement before the bucket is looked after: where a worker listens to the keys, a put without a
    /// bucket has somebody who hears it, and only silence tells that nobody kept it. Putting an id twice is putting it once.
    /// </summary>
    private static readonly TimeSpan PutPatience = TimeSpan.FromMilliseconds(500);

    private readonly NatsJSContext _jetStream = new(nats);

    // It has acknowledged: a put that is not acknowledged soon is late since then, not lost, and a busy server is not asked for a bucket too.
    private volatile bool _isThere;

    /// <summary>Returns once the bucket has it: no worker will begin this call from then on, but for the way there.</summary>
    /// <param name="callId">Not empty.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Why not, in words for the caller; empty when it is done.</returns>
    public async Task<string> CancelAsync(string callId, CancellationToken cancellationToken)
    {
        if (nats.ConnectionState != NatsConnectionState.Open)
        {
            return "NATS is not connected";
        }

        try
        {
            Exception? error = await (_isThere ? TryPutAsync(callId, cancellationToken) : TryPutSoonAsync(callId, cancellationToken)).ConfigureAwait(false);
            if (error is NatsNoRespondersException or NatsJSPublishNoResponseException or OperationCanceledException)
            {
                // Most likely the first cancel ever.
                Exception? notMade = await TryMakeAsync(cancellationToken).ConfigureAwait(false);
                error = await TryPutAsync(callId, cancellationToken).ConfigureAwait(false) is { } still ? notMade ?? still : null;
            }

            _isThere |= error is null;
            return error is null ? "" : Describe(error);
        }
        catch (Exception e) when (e is NatsException or IOException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return Describe(e);
        }
    }

    // Somebody else may have made it at the same time, and otherwise than we would, or we may not make one: the put tells.
    private async Task<Exception?> TryMakeAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _jetStream.CreateStreamAsync(CancelledBucket.Config(options.StreamReplicas), cancellationToken).ConfigureAwait(false);
            return null;
        }
        catch (NatsJSException exception)
        {
            return exception;
        }
    }

    private async Task<Exception?> TryPutSoonAsync(string callId, CancellationToken cancellationToken)
    {
        using CancellationTokenSource patience = new(PutPatience, time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        try
        {
            return await TryPutAsync(callId, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException silence) when (!cancellationToken.IsCancellationRequested)
        {
            return silence;
        }
    }

    private async Task<Exception?> TryPutAsync(string callId, CancellationToken cancellationToken)
    {
        NatsResult<PubAckResponse> result = await _jetStream.TryPublishAsync(
            CancelledBucket.SubjectPrefix + CallKey.Of(callId), ReadOnlyMemory<byte>.Empty, NatsRawSerializer<ReadOnlyMemory<byte>>.Default,
            new NatsJSPubOpts { RetryAttempts = 1 }, cancellationToken: cancellationToken).ConfigureAwait(false);
        return !result.Success ? result.Error
            : result.Value.Error is { } refused ? new NatsJSApiException(refused)
            : null;
    }

    private static string Describe(Exception e) => e switch
    {
        NatsNoReplyException or OperationCanceledException => "the bucket did not acknowledge in time",
        NatsNoRespondersException or NatsJSPublishNoResponseException => "JetStream is not there",
        NatsJSApiException refused => $"the bucket {CancelledBucket.Name}: {refused.Error.Description}",
        _ => "NATS did not take it: " + e.Message,
    };
}
