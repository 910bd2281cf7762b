using System.Text;
using System.Threading.Tasks.Dataflow;
using Microsoft.Extensions.Logging;
using Paddlewheel.Engine.Ack;
using Paddlewheel.Engine.Calls;
using Paddlewheel.Engine.Deliveries;
using Paddlewheel.Engine.Telemetry;
using Paddlewheel.Engine.Wire;

namespace Paddlewheel.Engine.Judge;

/// <summary>
/// Takes a delivery with its result in, decides what becomes of it, and passes it to exactly one of Ack, Retry and Callback.
/// The decision itself is <see cref="RetryJudge"/>'s; here are its consequences.
/// </summary>
internal sealed class JudgeBlock(RetryPolicies policies, ITargetBlock<AckCommand> acks, ITargetBlock<Delivery> retries, ITargetBlock<Delivery> callbacks, EngineMetrics metrics, ILogger log, TimeProvider time, Random random, CancelledCalls? cancelled = null)
{
    public void Accept(Delivery delivery)
    {
        if (delivery.Error != EnvelopeError.None)
        {
            Terminate(delivery);
            return;
        }

        RetryPolicy policy = policies.Resolve(delivery.Envelope);
        delivery.Policy = policy;
        // Only a Retry-After needs the time of day.
        DateTimeOffset now = delivery.Result.RetryAfter.Kind == RetryAfterKind.None ? default : time.GetUtcNow();
        Verdict verdict = RetryJudge.Decide(policy, delivery.DeliveryCount, delivery.Result, now, random);
        delivery.Verdict = verdict;
        if (verdict.Kind == VerdictKind.Retry)
        {
            if (cancelled is not null && cancelled.Holds(delivery.Envelope))
            {
                // It ended by itself before it could be ended: no retry all the same.
                delivery.Error = EnvelopeError.Cancelled;
                Terminate(delivery);
                return;
            }

            if (log.IsEnabled(LogLevel.Information))
            {
                log.Retry(Text(delivery.Envelope.CallId), Text(delivery.Envelope.Function), delivery.DeliveryCount, delivery.Result.Status, verdict.Delay.TotalSeconds, Slugs.Of(verdict.Reason));
            }

            retries.Post(delivery);
            return;
        }

        if (verdict.Kind == VerdictKind.Exhausted)
        {
            log.Exhausted(Text(delivery.Envelope.CallId), Text(delivery.Envelope.Function), delivery.DeliveryCount, delivery.Result.Status);
        }

        delivery.Lane.Metrics.Settled(OutcomeOf(verdict.Kind));
        if (delivery.Envelope.HasCallback)
        {
            delivery.State = DeliveryState.CallingBack;
            callbacks.Post(delivery);
            return;
        }

        delivery.State = DeliveryState.Answered;
        acks.Post(AckCommand.Ack(delivery));
    }

    private void Terminate(Delivery delivery)
    {
        string reason = EnvelopeErrors.Reason(delivery.Error);
        if (delivery.Error == EnvelopeError.Cancelled)
        {
            BookCancelled(delivery);
        }
        else
        {
            BookPoison(delivery, reason);
        }

        delivery.State = DeliveryState.Answered;
        acks.Post(AckCommand.Term(delivery, reason));
    }

    // Named by stream and sequence, so that an operator can look at it; its content is never logged.
    private void BookPoison(Delivery delivery, string reason)
    {
        if (delivery.Error == EnvelopeError.Quarantined)
        {
            log.Quarantined(delivery.Lane.Stream, delivery.StreamSequence, delivery.DeliveryCount);
        }
        else
        {
            log.Poison(delivery.Lane.Stream, delivery.StreamSequence, reason);
        }

        delivery.Lane.Metrics.Settled(Outcome.Poison);
        metrics.Dropped(EnvelopeErrors.Slug(delivery.Error));
    }

    // Asked for, so no warning; and nobody waits for a result (contract 6).
    private void BookCancelled(Delivery delivery)
    {
        if (log.IsEnabled(LogLevel.Information))
        {
            log.Cancelled(Text(delivery.Envelope.CallId), Text(delivery.Envelope.Function), delivery.DeliveryCount);
        }

        delivery.Lane.Metrics.Settled(Outcome.Cancelled);
    }

    private static Outcome OutcomeOf(VerdictKind kind) => kind switch
    {
        VerdictKind.Success => Outcome.Success,
        VerdictKind.Refused => Outcome.Refused,
        _ => Outcome.Exhausted,
    };

    private static string Text(ReadOnlySpan<byte> utf8) => Encoding.UTF8.GetString(utf8);
}
