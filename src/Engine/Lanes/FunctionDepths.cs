using NATS.Client.JetStream.Models;
using Paddlewheel.Engine.Telemetry;

namespace Paddlewheel.Engine.Lanes;

/// <summary>
/// The depth of every function's queue in the metrics: everything not acknowledged, of the whole queue, the same on every
/// replica; 0 for as long as an empty lane is remembered, then gone (contract 7.2, 8).
/// </summary>
internal sealed class FunctionDepths(string queue, EngineMetrics metrics)
{
    private readonly Dictionary<string, long> _sums = new(StringComparer.Ordinal);

    private long _unnamed;
    private long _submitted;

    /// <summary>Messages of subjects that carry several functions, or whose function is not known yet.</summary>
    public long Unnamed => Volatile.Read(ref _unnamed);

    /// <summary>The stream's last sequence.</summary>
    public long Submitted => Volatile.Read(ref _submitted);

    // Two subjects may be of one function: they are added up.
    public void Publish(IEnumerable<FunctionLane> lanes, StreamInfo stream)
    {
        _sums.Clear();
        long unnamed = 0;
        foreach (FunctionLane function in lanes)
        {
            if (function.Lane.Name is not { Label.Length: > 0 } name)
            {
                unnamed += function.Depth;
                continue;
            }

            string label = metrics.CappedFunction(name.Label);
            _sums[label] = _sums.GetValueOrDefault(label) + function.Depth;
            function.Published = label;
        }

        foreach ((string label, long depth) in _sums)
        {
            metrics.SetPending(queue, label, depth);
        }

        Volatile.Write(ref _unnamed, unnamed);
        Volatile.Write(ref _submitted, (long)stream.State.LastSeq);
    }

    public void Forget(FunctionLane function)
    {
        if (function.Published is { } label && label != EngineMetrics.OtherFunctions)
        {
            metrics.RemoveFunction(queue, label);
        }
    }
}
