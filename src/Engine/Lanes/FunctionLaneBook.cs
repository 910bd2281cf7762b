using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Paddlewheel.Engine.Telemetry;

namespace Paddlewheel.Engine.Lanes;

/// <summary>All lanes of function mode, by subject. One writer; anybody may read.</summary>
internal sealed class FunctionLaneBook(StreamBook stream, string queue, string defaultNamespace, EngineMetrics metrics)
{
    private readonly ConcurrentDictionary<string, FunctionLane> _lanes = new(StringComparer.Ordinal);

    /// <summary>What all of them share.</summary>
    public StreamBook Stream { get; } = stream;

    public IEnumerable<FunctionLane> All => _lanes.Select(static pair => pair.Value);

    public bool TryGet(string subject, [NotNullWhen(true)] out FunctionLane? function) => _lanes.TryGetValue(subject, out function);

    public void Add(FunctionLane function) => _lanes[function.Subject] = function;

    public void Remove(FunctionLane function) => _lanes.TryRemove(function.Subject, out _);

    public LaneName NewName() => new(queue, defaultNamespace, metrics);
}
