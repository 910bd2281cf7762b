using System.Collections.Concurrent;
using Paddlewheel.Engine.Judge;
using Paddlewheel.Engine.Wire;

namespace Paddlewheel.Engine.Calls;

/// <summary>
/// The ids of cancelled calls, as far as this worker knows them: at most <see cref="Limit"/>, the oldest leave first, and each after
/// its age. Slots ask without a lock and without allocating; while the set is empty, asking is one read.
/// </summary>
internal sealed class CancelledCalls
{
    /// <summary>Most ids that are kept; a hundred and some bytes each, so about 20 MB at most.</summary>
    public const int Limit = 100_000;

    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private readonly int _limit;
    private readonly ConcurrentDictionary<byte[], LinkedListNode<Entry>> _ids = new(concurrencyLevel: 1, capacity: 31, BytesComparer.Instance);
    private readonly ConcurrentDictionary<byte[], LinkedListNode<Entry>>.AlternateLookup<ReadOnlySpan<byte>> _lookup;

    // The longest known first. An id that is cancelled again goes to the end.
    private readonly LinkedList<Entry> _byAge = [];
    private int _count;

    /// <param name="time">The clock of their age.</param>
    /// <param name="limit">Most ids.</param>
    public CancelledCalls(TimeProvider time, int limit = Limit)
    {
        _time = time;
        _limit = limit;
        _lookup = _ids.GetAlternateLookup<ReadOnlySpan<byte>>();
    }

    /// <summary>How long an id is kept.</summary>
    public TimeSpan Age { get; set; } = CancelledBucket.Age;

    public int Count => Volatile.Read(ref _count);

    /// <summary>Whether the message's call was cancelled.</summary>
    public bool Holds(Envelope envelope) => Volatile.Read(ref _count) != 0 && Holds(envelope.CallId);

    /// <inheritdoc cref="Holds(Envelope)"/>
    public bool Holds(ReadOnlySpan<byte> callId) => _lookup.ContainsKey(callId);

    /// <summary>Takes an id in, or makes a known one young again.</summary>
    /// <param name="callId">Owned by the set from now on.</param>
    /// <param name="pushedOut">An older one had to leave for it.</param>
    /// <returns>False when it was known.</returns>
    public bool Add(byte[] callId, out bool pushedOut)
    {
        pushedOut = false;
        Entry entry = new(callId, _time.GetTimestamp());
        lock (_gate)
        {
            if (_ids.TryGetValue(callId, out LinkedListNode<Entry>? known))
            {
                _byAge.Remove(known);
                known.Value = known.Value with { Since = entry.Since };
                _byAge.AddLast(known);
                return false;
            }

            if (_byAge.Count >= _limit)
            {
                pushedOut = true;
                RemoveOldest();
            }

            _ids[callId] = _byAge.AddLast(entry);
            Volatile.Write(ref _count, _byAge.Count);
            return true;
        }
    }

    /// <summary>Lets go of what is too old.</summary>
    public void Prune()
    {
        long now = _time.GetTimestamp();
        lock (_gate)
        {
            while (_byAge.First is { } oldest && _time.GetElapsedTime(oldest.Value.Since, now) >= Age)
            {
                RemoveOldest();
            }

            Volatile.Write(ref _count, _byAge.Count);
        }
    }

    private void RemoveOldest()
    {
        _ids.TryRemove(_byAge.First!.Value.CallId, out _);
        _byAge.RemoveFirst();
    }

    private readonly record struct Entry(byte[] CallId, long Since);
}
