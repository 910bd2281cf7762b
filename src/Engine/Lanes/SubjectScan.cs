using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;
using Paddlewheel.Engine.Fetch;

namespace Paddlewheel.Engine.Lanes;

/// <summary>
/// Reads which subjects of a stream have messages, and how many: with work-queue retention that is everything not yet
/// acknowledged. A look at the stream costs the server little and tells whether anything was stored; subjects are listed only
/// then, and no more often than their number allows.
/// </summary>
/// <remarks>
/// Not a subscription: to hear of every message each replica would be sent every message (ADR 9). One caller at a time.
/// </remarks>
internal sealed class SubjectScan(NatsJSContext jetStream, string stream, string filter, TimeProvider time)
{
    /// <summary>How often the stream is looked at: half of what a new function's first message may wait.</summary>
    public static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(50);

    /// <summary>Without news the subjects are listed this often, for what others have acknowledged.</summary>
    private static readonly TimeSpan ListEvery = TimeSpan.FromSeconds(1);

    private readonly Dictionary<string, long> _depths = new(StringComparer.Ordinal);
    private ulong _lastSequence;
    private long _messages;
    private long _listedAt = long.MinValue;
    private TimeSpan _cost;

    /// <summary>Subjects with messages, as of the last listing.</summary>
    public IReadOnlyDictionary<string, long> Depths => _depths;

    /// <summary>The stream as of the last look.</summary>
    public StreamInfo? Info { get; private set; }

    /// <summary>Looks; true when <see cref="Depths"/> were read anew.</summary>
    /// <exception cref="NatsJSApiException">The stream is gone, or the server refused.</exception>
    public async Task<bool> LookAsync(CancellationToken stop)
    {
        long now = time.GetTimestamp();
        Info = (await jetStream.GetStreamAsync(stream, cancellationToken: stop).ConfigureAwait(false)).Info;
        bool news = Info.State.LastSeq != _lastSequence;
        bool changed = news || Info.State.Messages != _messages;
        TimeSpan since = _listedAt == long.MinValue ? TimeSpan.MaxValue : time.GetElapsedTime(_listedAt, now);
        if (since < Shortest(_cost) || !(news || (changed && since >= ListEvery) || _listedAt == long.MinValue))
        {
            return false;
        }

        await ListAsync(stop).ConfigureAwait(false);
        // What was stored meanwhile may be missing: it is news for the next look.
        (_lastSequence, _messages) = (Info.State.LastSeq, Info.State.Messages);
        _listedAt = now;
        _cost = time.GetElapsedTime(now);
        return true;
    }

    // A listing that is cheap may come with every look; one of a hundred thousand subjects takes at most a fifth of the time.
    private static TimeSpan Shortest(TimeSpan cost) => TimeSpan.FromTicks(Math.Min(cost.Ticks * 20, Math.Max(LookEvery.Ticks, cost.Ticks * 4)));

    private async Task ListAsync(CancellationToken stop)
    {
        _depths.Clear();
        await foreach ((string subject, long count) in jetStream.ListSubjectsAsync(stream, filter, stop).ConfigureAwait(false))
        {
            _depths[subject] = count;
        }
    }
}
