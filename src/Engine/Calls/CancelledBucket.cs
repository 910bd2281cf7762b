using NATS.Client.JetStream.Models;

namespace Paddlewheel.Engine.Calls;

/// <summary>
/// Where cancelled call ids are kept: a key-value bucket of NATS, one key per id, the same for all queues, because whoever cancels
/// knows an id and nothing else. <c>nats kv</c> reads and writes it too (ADR 13).
/// </summary>
internal static class CancelledBucket
{
    public const string Name = "paddlewheel-cancelled";

    /// <summary>The bucket's stream, named as every key-value client does.</summary>
    public const string Stream = "KV_" + Name;

    /// <summary>Subject of a key, less the key.</summary>
    public const string SubjectPrefix = "$KV." + Name + ".";

    /// <summary>All keys: a put is a publish on one of these, with or without a bucket.</summary>
    public const string AllSubjects = SubjectPrefix + ">";

    /// <summary>How long an id stays cancelled, unless somebody made the bucket with another age.</summary>
    public static readonly TimeSpan Age = TimeSpan.FromHours(24);

    /// <summary>What the ingress makes when there is none: a bucket as clients make it, but that a full one forgets its oldest id.</summary>
    /// <param name="replicas">Servers that hold it.</param>
    public static StreamConfig Config(int replicas) => new(Stream, [AllSubjects])
    {
        Description = "ids of cancelled calls, for queue workers",
        Retention = StreamConfigRetention.Limits,
        Storage = StreamConfigStorage.File,
        NumReplicas = replicas,
        MaxAge = Age,
        MaxMsgsPerSubject = 1,
        MaxMsgs = CancelledCalls.Limit,
        Discard = StreamConfigDiscard.Old,
        AllowDirect = true,
        AllowRollupHdrs = true,
        DenyDelete = true,
        DuplicateWindow = TimeSpan.FromMinutes(2),
    };

    /// <summary>The server refuses what only cancellation needs: to hear of ids, or to read those that are there.</summary>
    /// <param name="error">The server's words.</param>
    public static bool IsRefusedIn(string error) =>
        error.Contains(AllSubjects, StringComparison.OrdinalIgnoreCase) || error.Contains("STREAM.INFO." + Stream, StringComparison.OrdinalIgnoreCase);
}
