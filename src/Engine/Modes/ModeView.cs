using NATS.Client.JetStream.Models;
using Paddlewheel.Engine.Fetch;
using Paddlewheel.Engine.Options;

namespace Paddlewheel.Engine.Modes;

/// <summary>The consumers of a queue's stream, sorted by what they are to a worker.</summary>
/// <param name="Marker">The mode in force; null while none was ever claimed, which means static.</param>
/// <param name="OldMarkers">Names of markers of earlier epochs.</param>
/// <param name="Fenced">Consumers that get nothing new.</param>
/// <param name="Ours">Consumers that workers made and that read the stream.</param>
/// <param name="Foreign">Consumers that somebody else made.</param>
internal sealed record ModeView(ModeMarker? Marker, IReadOnlyList<string> OldMarkers, IReadOnlyList<ConsumerInfo> Fenced, IReadOnlyList<ConsumerInfo> Ours, IReadOnlyList<ConsumerInfo> Foreign)
{
    /// <summary>The latest era in which something was fenced; 0 when nothing is.</summary>
    public int LastEra { get; } = Fenced.Select(static info => ModeNames.ReadFence(info).Era).DefaultIfEmpty().Max();

    /// <summary>All consumers, when one answer held them all: what is in it was there with every fence before it in it too.</summary>
    public IReadOnlyList<ConsumerInfo>? Listing { get; init; }

    public static ModeView Of(IEnumerable<ConsumerInfo> consumers, LaneOptions lane)
    {
        List<(ModeMarker Marker, string Name)> markers = [];
        List<ConsumerInfo> fenced = [], ours = [], foreign = [];
        foreach (ConsumerInfo info in consumers)
        {
            if (ModeNames.IsMarker(info.Name))
            {
                if (ModeNames.ReadMarker(info, lane) is { } marker)
                {
                    markers.Add((marker, info.Name));
                }

                continue;
            }

            bool isFenced = ModeNames.IsFenced(info);
            if (!lane.Reads(isFenced ? ModeNames.ReadFence(info).Filters : ModeNames.FiltersOf(info)))
            {
                continue;
            }

            (isFenced ? fenced : ModeNames.IsOurs(info.Name, lane) ? ours : foreign).Add(info);
        }

        markers.Sort(static (a, b) => b.Marker.Epoch.CompareTo(a.Marker.Epoch));
        return new ModeView(markers.Count == 0 ? null : markers[0].Marker, [.. markers.Skip(1).Select(static m => m.Name)], fenced, ours, foreign);
    }

    /// <summary>Ours that read the stream and may not, with this mode in force.</summary>
    public IEnumerable<ConsumerInfo> Strays(LaneOptions lane, ScalingMode mode, int epoch) =>
        Ours.Where(info => !ModeNames.IsOfEpoch(info.Name, lane, mode, epoch));
}
