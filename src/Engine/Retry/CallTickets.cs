using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Paddlewheel.Engine.Judge;

namespace Paddlewheel.Engine.Retry;

/// <summary>
/// Waiting tickets by their call, so that one that is cancelled need not wait to its end. By a hash: who is found by mistake is only
/// asked for early. Linked through the tickets themselves; not safe from several threads.
/// </summary>
internal sealed class CallTickets
{
    private readonly Dictionary<int, Ticket> _first = [];

    /// <summary>What a call's tickets are found by; 0 for a call without an id.</summary>
    public static int HashOf(ReadOnlySpan<byte> callId) => callId.IsEmpty ? 0 : BytesComparer.Instance.GetHashCode(callId) | 1;

    public void Add(Ticket ticket)
    {
        if (ticket.CallHash == 0)
        {
            return;
        }

        ref Ticket? first = ref CollectionsMarshal.GetValueRefOrAddDefault(_first, ticket.CallHash, out _);
        ticket.NextOfCall = first;
        if (first is not null)
        {
            first.PreviousOfCall = ticket;
        }

        first = ticket;
    }

    /// <summary>Takes it out, if it is in.</summary>
    public void Remove(Ticket ticket)
    {
        if (ticket.PreviousOfCall is { } previous)
        {
            previous.NextOfCall = ticket.NextOfCall;
        }
        else
        {
            ref Ticket first = ref CollectionsMarshal.GetValueRefOrNullRef(_first, ticket.CallHash);
            if (Unsafe.IsNullRef(ref first) || first != ticket)
            {
                return;
            }

            if (ticket.NextOfCall is { } next)
            {
                first = next;
            }
            else
            {
                _first.Remove(ticket.CallHash);
            }
        }

        if (ticket.NextOfCall is { } after)
        {
            after.PreviousOfCall = ticket.PreviousOfCall;
        }

        ticket.NextOfCall = ticket.PreviousOfCall = null;
    }

    /// <summary>Takes one of a call's tickets out; null when there is none.</summary>
    public Ticket? Take(int callHash)
    {
        if (callHash == 0 || !_first.TryGetValue(callHash, out Ticket? ticket))
        {
            return null;
        }

        Remove(ticket);
        return ticket;
    }
}
