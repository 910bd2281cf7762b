using System.Globalization;
using NATS.Client.JetStream.Models;
using Paddlewheel.Engine.Fetch;
using Paddlewheel.Engine.Options;

namespace Paddlewheel.Engine.Modes;

/// <summary>Which mode has the queue: written as the name of a consumer that delivers nothing, because only one consumer of a work queue may have a subject.</summary>
/// <param name="Epoch">Counts the switches; the highest is in force.</param>
/// <param name="Mode">The mode.</param>
/// <param name="Waiting">Workers of this mode that are there: each keeps a pull waiting.</param>
internal sealed record ModeMarker(int Epoch, ScalingMode Mode, long Waiting);

/// <summary>
/// The names by which workers know each other's consumers. A consumer carries the epoch that made it, so that a name is never
/// used for two lives; the first epochs carry none.
/// </summary>
internal static class ModeNames
{
    /// <summary>What a fenced consumer filters on; nothing is ever published there.</summary>
    public const string FencedPrefix = "paddlewheel.fenced.";

    /// <summary>Metadata: last sequence given out, era, and the filters it had, separated by spaces.</summary>
    public const string FenceKey = "paddlewheel.fence";
    public const string EraKey = "paddlewheel.era";
    public const string FiltersKey = "paddlewheel.filters";

    private const string MarkerPrefix = "paddlewheel-mode";
    private const string MarkerSubject = "paddlewheel.mode";

    /// <summary>Longest epoch suffix; a digest, which stands in the same place, is longer.</summary>
    private const int MostDigits = 6;

    /// <summary>Ends the name of a consumer made in this epoch.</summary>
    public static string Suffix(int epoch) => epoch <= 1 ? "" : string.Create(CultureInfo.InvariantCulture, $"-e{epoch}");

    public static string MarkerName(LaneOptions lane, int epoch, ScalingMode mode) =>
        string.Create(CultureInfo.InvariantCulture, $"{MarkerPrefix}{lane.Scope}-{epoch}-{(mode == ScalingMode.Function ? "function" : "static")}");

    /// <summary>A subject that only one consumer can have: whoever makes it first decides the epoch.</summary>
    public static string MarkerFilter(LaneOptions lane, int epoch) => string.Create(CultureInfo.InvariantCulture, $"{MarkerSubject}{lane.Scope}.{epoch}");

    public static bool IsMarker(string consumer) => consumer.StartsWith(MarkerPrefix, StringComparison.Ordinal);

    public static ModeMarker? ReadMarker(ConsumerInfo info, LaneOptions lane)
    {
        string prefix = MarkerPrefix + lane.Scope + "-";
        string[] rest = info.Name.StartsWith(prefix, StringComparison.Ordinal) ? info.Name[prefix.Length..].Split('-') : [];
        return rest is [var number, "static" or "function"] && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out int epoch)
            ? new ModeMarker(epoch, rest[1] == "function" ? ScalingMode.Function : ScalingMode.Static, info.NumWaiting)
            : null;
    }

    public static bool IsFenced(ConsumerInfo info) => info.Config.FilterSubject?.StartsWith(FencedPrefix, StringComparison.Ordinal) == true;

    public static Fence ReadFence(ConsumerInfo info)
    {
        IDictionary<string, string> metadata = info.Config.Metadata ?? new Dictionary<string, string>();
        ulong upTo = ulong.Parse(metadata[FenceKey], CultureInfo.InvariantCulture);

        // With nothing pending the server may put the floor beyond what was given: all of that is settled.
        ulong settled = info.NumAckPending == 0 ? upTo : info.AckFloor.StreamSeq;
        return new Fence(info.Name, upTo, settled, int.Parse(metadata[EraKey], CultureInfo.InvariantCulture), Split(metadata[FiltersKey]));
    }

    public static string[] FiltersOf(ConsumerInfo info) =>
        info.Config.FilterSubject is { Length: > 0 } one ? [one] : [.. info.Config.FilterSubjects ?? []];

    /// <summary>Whether a worker made this consumer to read the queue, in any mode and epoch.</summary>
    public static bool IsOurs(string consumer, LaneOptions lane) =>
        FunctionConsumer.IsOne(consumer) || consumer == lane.Consumer || IsSuffix(consumer, lane.Consumer.Length, consumer.StartsWith(lane.Consumer, StringComparison.Ordinal));

    /// <summary>Whether it is one that this mode makes in this epoch.</summary>
    public static bool IsOfEpoch(string consumer, LaneOptions lane, ScalingMode mode, int epoch) => mode == ScalingMode.Static
        ? consumer == lane.Consumer + Suffix(epoch)
        : FunctionConsumer.IsOne(consumer) && EndOf(consumer) == Suffix(epoch);

    /// <summary>The subject of a function's consumer that this mode makes in this epoch; null when it is another consumer.</summary>
    public static string? SubjectOf(ConsumerInfo info, int epoch) =>
        FiltersOf(info) is [var only] && info.Name == FunctionConsumer.NameOf(only) + Suffix(epoch) && only.AsSpan().IndexOfAny('*', '>') < 0 ? only : null;

    // "-e12" at the end, or nothing: the digest of a function's consumer has eight letters.
    private static string EndOf(string consumer)
    {
        int dash = consumer.LastIndexOf('-');
        return IsSuffix(consumer, dash, true) ? consumer[dash..] : "";
    }

    private static bool IsSuffix(string consumer, int from, bool begins) =>
        begins && from + 2 < consumer.Length && consumer.Length - from - 2 <= MostDigits && consumer[from] == '-' && consumer[from + 1] == 'e'
        && !consumer.AsSpan(from + 2).ContainsAnyExceptInRange('0', '9');

    private static string[] Split(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
