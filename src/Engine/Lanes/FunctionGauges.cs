using Paddlewheel.Engine.Telemetry;

namespace Paddlewheel.Engine.Lanes;

/// <summary>What this replica makes of each function, read when the metrics are: its limit, its share, and how far behind it is.</summary>
internal sealed class FunctionGauges(FunctionLaneBook book, string queue, EngineMetrics metrics, TimeProvider time)
{
    public void Refresh()
    {
        double now = (time.GetUtcNow() - DateTimeOffset.UnixEpoch).TotalSeconds;
        foreach (FunctionLane function in book.All)
        {
            if (function.Published is not { } label || label == EngineMetrics.OtherFunctions)
            {
                continue;
            }

            int share = function.IsAwake ? function.Supervisor!.Share.FairSlots : 0;
            int limit = function.Lane.Line.Adaptive?.Limit ?? share;
            metrics.SetFunction(queue, label, share, Math.Min(limit, share), OldestSeconds(function, now));
        }
    }

    // Messages come in the order in which they were stored: what waits is no older than the last one that came for the first time.
    private static double OldestSeconds(FunctionLane function, double now) =>
        function.Depth > 0 && function.Lane is { Backlog: > 0, NewestStoredNs: > 0 } lane ? Math.Max(0, now - (lane.NewestStoredNs / 1e9)) : 0;
}
