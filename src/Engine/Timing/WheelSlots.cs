using System.Diagnostics;
using System.Numerics;

namespace Paddlewheel.Engine.Timing;

/// <summary>
/// The wheel's slots: 6 levels of 64, each a first-in-first-out ring of entries, with one bit per slot that holds any.
/// <code>
/// level   slot width   range
/// 0       1 ms         64 ms
/// 1       64 ms        4.1 s
/// 2       4.1 s        4.4 min
/// 3       4.4 min      4.7 h
/// 4       4.7 h        12.4 days
/// 5       12.4 days    2.2 years; beyond it an entry waits in the farthest slot and is placed again from there
/// </code>
/// An entry sits at the level of the highest digit, base 64, in which its tick differs from the current one. Hence everything at
/// a level is due before anything at the next, and the next occupied slot is a rotation and a count of zero bits away.
/// Not synchronised: the wheel's lock guards it.
/// </summary>
internal sealed class WheelSlots
{
    public const int Levels = 6;
    private const int DigitBits = 6;
    private const int SlotsPerLevel = 1 << DigitBits;
    private const long SlotMask = SlotsPerLevel - 1;
    private const int TopShift = (Levels - 1) * DigitBits;

    // One slot short of a full turn: the slot of the current tick never holds what is due a turn later.
    private const long Reach = SlotMask << TopShift;

    // A struct around the reference: storing into an array of an unsealed class would check the type every time.
    private readonly Slot[] _slots = new Slot[Levels * SlotsPerLevel];
    private readonly ulong[] _occupied = new ulong[Levels];

    /// <summary>Puts <paramref name="entry"/> where its due tick belongs, seen from <paramref name="current"/>; a due tick in the past counts as current.</summary>
    public void Add(WheelEntry entry, long current)
    {
        long tick = Math.Clamp(entry.DueTick, current, current + Reach);
        int level = Math.Min((63 - BitOperations.LeadingZeroCount((ulong)((tick ^ current) | SlotMask))) / DigitBits, Levels - 1);
        int digit = Digit(tick, level);
        int index = (level << DigitBits) | digit;

        ref Slot slot = ref _slots[index];
        if (slot.First is not { } first)
        {
            slot.First = entry;
            entry.Next = entry;
            entry.Previous = entry;
            _occupied[level] |= 1UL << digit;
        }
        else
        {
            WheelEntry last = first.Previous!;
            entry.Next = first;
            entry.Previous = last;
            last.Next = entry;
            first.Previous = entry;
        }

        entry.Home = index + 1;
    }

    public void Remove(WheelEntry entry)
    {
        int index = entry.Home - 1;
        Debug.Assert(index >= 0, "an idle entry is in no slot");
        ref Slot slot = ref _slots[index];
        WheelEntry next = entry.Next!;
        if (ReferenceEquals(next, entry))
        {
            slot.First = null;
            _occupied[index >> DigitBits] &= ~(1UL << (index & (int)SlotMask));
        }
        else
        {
            WheelEntry previous = entry.Previous!;
            previous.Next = next;
            next.Previous = previous;
            if (ReferenceEquals(slot.First, entry))
                slot.First = next;
        }

        // Cut the links: a fired entry must not keep its neighbours, and their deliveries, alive.
        entry.Next = null;
        entry.Previous = null;
        entry.Home = 0;
    }

    /// <summary>The oldest entry in the slot that <paramref name="current"/> has reached at <paramref name="level"/>, if any.</summary>
    public WheelEntry? Reached(int level, long current)
    {
        int digit = Digit(current, level);
        return (_occupied[level] >> digit & 1) == 0 ? null : _slots[(level << DigitBits) | digit].First;
    }

    /// <summary>First tick at or after <paramref name="current"/> at which a slot must be looked at; <see cref="long.MaxValue"/> when empty.</summary>
    public long NextTick(long current)
    {
        long next = long.MaxValue;
        for (int level = 0; level < Levels; level++)
        {
            ulong occupied = _occupied[level];
            if (occupied == 0)
                continue;

            int shift = level * DigitBits;
            long turn = current >> shift;
            int ahead = BitOperations.TrailingZeroCount(BitOperations.RotateRight(occupied, (int)(turn & SlotMask)));
            next = Math.Min(next, (turn + ahead) << shift);
        }

        // Half-way through a turn a slot may have begun before the current tick; what is in it is wanted now.
        return Math.Max(next, current);
    }

    private static int Digit(long tick, int level) => (int)(tick >> (level * DigitBits) & SlotMask);

    private struct Slot
    {
        public WheelEntry? First;
    }
}
