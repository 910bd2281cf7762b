namespace Paddlewheel.Perf.Load;

/// <summary>One drain of a curve.</summary>
internal sealed record PlannedPoint(int X)
{
    public int MaxInflight { get; init; } = 64;

    public int Body { get; init; } = 1024;

    /// <summary>Functions, each called as often as the next.</summary>
    public int Lanes { get; init; } = 1;

    public bool IsFunctionMode { get; init; }

    public int Workers { get; init; } = 1;

    public int NatsNodes { get; init; } = 1;

    public int Warmup { get; init; }

    public int Messages { get; init; }
}

internal sealed record PlannedCurve(string Name, string Axis, string Fixed, IReadOnlyList<PlannedPoint> Points);

/// <summary>What is measured: one thing grows, the rest stays. Every point is long enough to mean something and short enough for all to take minutes.</summary>
internal static class CurvePlan
{
    // A full queue of large bodies is on the disk twice over: bodies are base64 there.
    private const long MostBytes = 256L << 20;

    /// <param name="messages">Messages of a measured part where nothing asks for fewer or more.</param>
    /// <param name="warmup">Messages before it, likewise.</param>
    /// <param name="backlog">The largest backlog.</param>
    /// <param name="quick">Few points, to see that it works.</param>
    public static IReadOnlyList<PlannedCurve> All(int messages, int warmup, int backlog, bool quick)
    {
        PlannedPoint plain = new(0) { Messages = messages, Warmup = warmup };
        int[] inflight = quick ? [1, 16, 256] : [.. Enumerable.Range(0, 13).Select(static power => 1 << power)];
        int[] bodies = quick ? [0, 16_384, 1 << 20] : [0, 64, 256, 1024, 4096, 16_384, 65_536, 262_144, 1 << 20];
        int[] lanes = quick ? [1, 50] : [1, 10, 100, 500, 1000, 2000];
        int[] backlogs = [.. new[] { 10_000, 30_000, 100_000, 300_000, 1_000_000, 3_000_000, 10_000_000 }.Where(it => it <= backlog)];
        int[] replicas = quick ? [1, 2] : [1, 2, 3, 4];
        return
        [
            new("max_inflight", "max_inflight", "1 KiB bodies, static mode, one worker", [.. inflight.Select(it => (plain with { X = it, MaxInflight = it }).Short(it))]),
            new("body", "bytes of the body", "64 in flight, static mode, one worker", [.. bodies.Select(it => (plain with { X = it, Body = it }).Fitting(it))]),
            new("lanes", "functions", "64 in flight, function mode, one worker", [.. lanes.Select(it => plain with { X = it, Lanes = it, IsFunctionMode = true, Messages = Math.Max(messages, 20 * it) })]),
            new("backlog", "messages on the stream at the start", "64-byte bodies, 64 in flight, static mode, one worker", [.. backlogs.Select(it => plain with { X = it, Body = 64, Warmup = 5_000, Messages = it - 5_000 })]),
            new("replicas", "workers", "1 KiB bodies, 64 in flight each, static mode", [.. replicas.Select(it => plain with { X = it, Workers = it })]),
            new("nodes", "nats-servers and stream replicas", "1 KiB bodies, 64 in flight, static mode, one worker", [.. new[] { 1, 3 }.Select(it => plain with { X = it, NatsNodes = it })]),
        ];
    }

    // With one or two in flight a message takes its whole round trip: fewer of them tell as much.
    private static PlannedPoint Short(this PlannedPoint point, int inflight) => inflight >= 8 ? point : point with { Messages = point.Messages / 2, Warmup = point.Warmup / 2 };

    private static PlannedPoint Fitting(this PlannedPoint point, int body)
    {
        int fitting = (int)Math.Min(point.Messages + (long)point.Warmup, MostBytes / Math.Max(1, body));
        int measured = (int)((long)fitting * point.Messages / (point.Messages + point.Warmup));
        return point with { Messages = measured, Warmup = fitting - measured };
    }
}
