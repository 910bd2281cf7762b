using System.Globalization;
using Paddlewheel.Engine.Modes;
using Paddlewheel.Engine.Publish;

namespace Paddlewheel.Engine.Fetch;

/// <summary>A stream and a consumer that a lane reads, and how they come to be.</summary>
/// <param name="Queue">The queue's name, as the metrics show it.</param>
/// <param name="Stream">Stream name.</param>
/// <param name="Consumer">Durable's name when we create it.</param>
/// <param name="Subjects">Subjects of a stream that we create; empty when we never create it.</param>
/// <param name="Replicas">Stream replicas, 1 to 5.</param>
/// <param name="AckWait">Ack wait of a consumer that we create.</param>
/// <param name="IsLegacy">An older or hand-made stream: served while it exists, never created, its settings untouched.</param>
/// <param name="Filter">Subject that the consumer is limited to; empty for the whole stream.</param>
/// <param name="IsOnDemand">A function's own lane: it comes and goes with its messages.</param>
/// <param name="IsFenced">A consumer of the other mode, for what it still has; never created.</param>
/// <param name="Partitions">How many there are; 1 is none.</param>
/// <param name="Scope">Tells a partition's names from another's; empty without partitions.</param>
internal sealed record LaneOptions(string Queue, string Stream, string Consumer, IReadOnlyList<string> Subjects, int Replicas, TimeSpan AckWait, bool IsLegacy, string Filter = "", bool IsOnDemand = false, bool IsFenced = false, string Scope = "", int Partitions = 1)
{
    /// <summary>The queue's own lane: <c>OF_QUEUE</c> (contract 2.3), made by us if nobody has.</summary>
    /// <remarks>
    /// The gateway's subjects are not public (contract 2.2), only that they include the function; so a stream that we create
    /// takes every subject that begins with the queue's or the stream's name.
    /// </remarks>
    public static LaneOptions Main(Options.EngineOptions options)
    {
        string stream = "OF_" + options.QueueName;
        string scope = options.QueuePartitions > 1 ? string.Create(CultureInfo.InvariantCulture, $"-p{options.FilterPartition}") : "";
        string filter = options.QueuePartitions > 1 ? Partition.FilterOf(options.QueueName, options.FilterPartition) : "";
        return new(options.QueueName, stream, "paddlewheel-" + options.QueueName + scope, [options.QueueName + ".>", stream + ".>"], options.StreamReplicas, options.AckWait, IsLegacy: false, filter, Scope: scope, Partitions: options.QueuePartitions);
    }

    /// <summary>The stream of older versions or made by hand.</summary>
    public static LaneOptions Legacy(Options.EngineOptions options) =>
        new(options.QueueName, options.LegacyStream, options.LegacyDurable, [], options.StreamReplicas, options.AckWait, IsLegacy: true);

    /// <summary>A consumer of the other mode, served for what it still has.</summary>
    public LaneOptions ForFenced(string consumer) => this with { Consumer = consumer, IsOnDemand = true, IsFenced = true };

    /// <summary>Whether a consumer with these filters, none meaning all, reads something of this lane.</summary>
    public bool Reads(IReadOnlyList<string> filters) => Filter.Length == 0 || filters.Count == 0 || filters.Any(IsInside);

    private bool IsInside(string filter) => filter.StartsWith(Filter.AsSpan(0, Filter.Length - 1), StringComparison.Ordinal) || SubjectFilter.Matches(filter, Filter.AsSpan());

    /// <summary>The lane of one function: of one subject of the queue's stream (contract 7.1).</summary>
    /// <param name="subject">A subject without wildcards, whoever chose it.</param>
    public LaneOptions ForSubject(string subject) => this with { Consumer = FunctionConsumer.NameOf(subject), Filter = subject, IsOnDemand = true };
}
