using System.Buffers.Text;
using Paddlewheel.Engine.Deliveries;
using Paddlewheel.Engine.Retry;
using Paddlewheel.Engine.Wire;

namespace Paddlewheel.Engine.Lanes;

/// <summary>
/// Keeps the limiters of all lanes going (contract 7.3): probes on time, and as soon as there is room wakes the calls that
/// were rejected, so that capacity never idles while work waits and no retry comes before there is room for it.
/// </summary>
internal sealed class LaneLimits(TicketBook tickets, Action<Lane> limitChanged, TimeProvider time)
{
    private const int TooManyRequests = 429;

    /// <summary>Called with every deal, about every 50 ms.</summary>
    public void Tick(CreditShare.Share share)
    {
        Lane lane = share.Lane;
        if (lane.Line.Adaptive is not { } limit)
        {
            return;
        }

        if (lane.Name is { IsMixed: true })
        {
            // What one function rejects says nothing of the other.
            lane.Line.Adaptive = null;
            limitChanged(lane);
            return;
        }

        bool hasBacklog = share.HasBacklog(time.GetTimestamp()) || lane.Line.Waiting > 0 || lane.Rejected.Count > 0;
        if (limit.Tick(hasBacklog, share.Ceiling))
        {
            limitChanged(lane);
        }

        int room = limit.Limit - lane.Held;
        if (room > 0 && lane.Rejected.Count > 0)
        {
            tickets.Wake(lane, room);
        }
    }

    /// <summary>What a call's end says of the room there is: only a 429 says that there is none.</summary>
    public static CallOutcome OutcomeOf(Delivery delivery) => delivery switch
    {
        { Error: not EnvelopeError.None } => CallOutcome.Failed,
        { Result.Error: not Judge.InvocationError.None } => CallOutcome.Failed,
        { Result.Status: TooManyRequests } => CallOutcome.Rejected,
        { Result.Status: >= 200 and < 300 } => CallOutcome.Succeeded,
        { Result.Status: >= 500 } => CallOutcome.Failed,
        _ => CallOutcome.Accepted,
    };

    /// <summary>How many calls one replica of the function takes, as its message says; 0 when it does not say.</summary>
    public static int HintOf(Envelope envelope) =>
        envelope.TryGetEnvironment("max_inflight"u8, out ReadOnlySpan<byte> text) && Utf8Parser.TryParse(text, out int slots, out int read) && read == text.Length && slots > 0 ? slots : 0;
}
