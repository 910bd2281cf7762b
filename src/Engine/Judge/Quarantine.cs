using Paddlewheel.Engine.Wire;

namespace Paddlewheel.Engine.Judge;

/// <summary>
/// Finds messages that kill or outlive their workers: every delivery that ends in an outcome counts against the retries, so one
/// that came far more often than all tries together was mostly never decided upon. How often that may be is the margin.
/// </summary>
/// <param name="policies">Where the function's own number of retries comes from.</param>
/// <param name="margin">Deliveries without an outcome that are forgiven, on top of every allowed try; 0 = any number.</param>
internal sealed class Quarantine(RetryPolicies policies, int margin)
{
    /// <summary>True when the message must not be invoked any more.</summary>
    /// <param name="envelope">The message, already read: its annotations change the retries.</param>
    /// <param name="deliveryCount">Deliveries so far, this one included, as the server counts them.</param>
    public bool Holds(Envelope envelope, int deliveryCount)
    {
        // Most messages come once, and need no policy for this.
        if (margin <= 0 || deliveryCount <= 1 + (long)margin)
        {
            return false;
        }

        return deliveryCount > 1 + (long)Math.Max(policies.Resolve(envelope).Attempts, 0) + margin;
    }
}
