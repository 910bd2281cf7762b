namespace Paddlewheel.Engine.Lanes;

/// <summary>One deal of the slots among the lanes that want some, and what it left.</summary>
/// <param name="InTurn">There were more lanes than slots.</param>
/// <param name="Spare">Slots that nobody wanted.</param>
/// <param name="Short">Lanes that wanted more than they got.</param>
/// <param name="OfShort">What those got.</param>
internal readonly record struct FairDeal(bool InTurn, int Spare, int Short, int OfShort)
{
    /// <param name="wanting">Those that hold or want something; in any order afterwards.</param>
    /// <param name="line">Room for those that wait for a turn; empty before and afterwards.</param>
    /// <param name="slots">To deal.</param>
    /// <param name="held">Messages that the lanes hold, those of <paramref name="wanting"/> and all others.</param>
    /// <param name="ahead">Messages that may be on their way beyond the free slots: so many calls end before they come.</param>
    /// <param name="now">The time of the deal.</param>
    /// <param name="turn">How long a turn lasts that is not used.</param>
    /// <param name="number">The last number given out in the line for turns.</param>
    public static FairDeal Of(
        Span<CreditShare.Share> wanting, PriorityQueue<CreditShare.Share, long> line, int slots, int held, int ahead, long now, long turn, ref long number)
    {
        // With every slot busy, one message more would wait here while another replica is free.
        bool mayListen = held < slots;
        return wanting.Length > slots + ahead ? Turns(wanting, line, slots - held + ahead, mayListen, now, turn, ref number)
            : Parts(wanting, wanting.Length > slots ? slots + ahead : slots, mayListen);
    }

    // Water filling: those that want least are served first, so that what they leave is known when the others are.
    private static FairDeal Parts(Span<CreditShare.Share> wanting, int slots, bool mayListen)
    {
        wanting.Sort(static (a, b) => a.Wants.CompareTo(b.Wants));
        int left = slots, wantingMore = 0, ofShort = 0, growing = 0;
        for (int i = 0; i < wanting.Length; i++)
        {
            CreditShare.Share share = wanting[i];
            share.Dealt = Math.Min(share.Wants, left / (wanting.Length - i));
            left -= share.Dealt;
            growing += MayGrow(share) ? 1 : 0;
            if (share.Dealt < share.Wants)
            {
                wantingMore++;
                ofShort += share.Dealt;
            }
        }

        int spare = left;
        foreach (CreditShare.Share share in wanting)
        {
            // What nobody wants is for what may have come to a backlog since it was last heard of.
            int more = MayGrow(share) ? left / growing-- : 0;
            left -= more;
            share.Give(share.Listens ? Listening(share, share.Dealt, mayListen) : share.Dealt + more);
        }

        return new FairDeal(InTurn: false, spare, wantingMore, ofShort);
    }

    // More lanes than slots: one each, first to those that have waited longest, as slots become free. A turn is over when its
    // call runs or nothing is there; what it took is dealt again then, so that no turn is longer than its work.
    private static FairDeal Turns(
        Span<CreditShare.Share> wanting, PriorityQueue<CreditShare.Share, long> line, int free, bool mayListen, long now, long turn, ref long number)
    {
        foreach (CreditShare.Share share in wanting)
        {
            if (share.Turn.Number == 0)
            {
                // Behind those that wait already: whoever comes later must not keep them waiting.
                share.Turn = (++number, now - turn);
            }

            free -= HasTurn(share, now, turn) ? 1 : 0;
        }

        foreach (CreditShare.Share share in wanting)
        {
            if (share.Listens)
            {
                // It needs no turn to hear of a message.
                share.Give(Listening(share, share.Held, mayListen));
            }
            else if (HasTurn(share, now, turn))
            {
                share.Dealt = 1;
            }
            else
            {
                (share.Held == 0 && free > 0 ? Behind(line, share, free) : share)?.Give(0);
            }
        }

        // It gives out the last one first, and the turns are taken in the order of the line.
        Span<CreditShare.Share> first = wanting[..line.Count];
        for (int i = first.Length - 1; i >= 0; i--)
        {
            first[i] = line.Dequeue();
        }

        foreach (CreditShare.Share share in first)
        {
            share.TakeTurn(++number, now);
        }

        return new FairDeal(InTurn: true, 0, 0, 0);
    }

    // The line keeps as many as there are turns, those with the lowest numbers: of thousands that wait, a few have their turn in a
    // deal, and the order of the others does not matter. Who has no place in it is given back.
    private static CreditShare.Share? Behind(PriorityQueue<CreditShare.Share, long> line, CreditShare.Share share, int turns)
    {
        if (line.Count == turns)
        {
            return line.EnqueueDequeue(share, -share.Turn.Number);
        }

        line.Enqueue(share, -share.Turn.Number);
        return null;
    }

    private static bool HasTurn(CreditShare.Share share, long now, long turn) =>
        !share.Listens && share.Held == 0 && now - share.Turn.At < turn && share.Slots > 0;

    private static bool MayGrow(CreditShare.Share share) => !share.Listens && share.Lane.Line.Limit > share.Dealt;

    private static int Listening(CreditShare.Share share, int given, bool mayListen) =>
        share.MayListen && mayListen ? Math.Max(given, share.Held + 1) : given;
}
