using Paddlewheel.Perf.Scenarios;

namespace Paddlewheel.Perf.Load;

/// <param name="Pair">From 1.</param>
/// <param name="IsReference">Whose drain it was.</param>
/// <param name="PerSecond">Messages a second in the measured part.</param>
/// <param name="CpuPerMessage">Processor time, us.</param>
/// <param name="ManagedBytes">Managed bytes per message; -1 when the worker does not say.</param>
/// <param name="RssMiB">At most.</param>
/// <param name="StartMs">Process start to first invocation.</param>
internal sealed record RatioRun(int Pair, bool IsReference, double PerSecond, double CpuPerMessage, double ManagedBytes, double RssMiB, double StartMs);

/// <summary>Pairs of drains in the same minutes: only the ratio inside a pair says something on a shared machine.</summary>
internal sealed class RatioResult
{
    public required IReadOnlyDictionary<string, string> Settings { get; init; }

    public required string Worker { get; init; }

    public required string Reference { get; init; }

    public required Machine Machine { get; init; }

    public List<RatioRun> Runs { get; init; } = [];

    /// <summary>Lost or repeated messages and bad exits of either, and bounds that were not kept.</summary>
    public List<string> Problems { get; init; } = [];

    /// <summary>Worker to reference, pair by pair.</summary>
    public Spread Throughput() => Ratio(static run => run.PerSecond);

    public Spread Cpu() => Ratio(static run => run.CpuPerMessage);

    /// <summary>Adds a problem for each bound that a median breaks; a bound of 0 is none.</summary>
    public void Judge(double leastThroughput, double mostCpu)
    {
        if (leastThroughput > 0 && !(Throughput().Median >= leastThroughput))
        {
            Problems.Add(FormattableString.Invariant($"throughput is {Throughput().Median:F2} of the reference's; at least {leastThroughput:F2} is asked"));
        }

        if (mostCpu > 0 && !(Cpu().Median <= mostCpu))
        {
            Problems.Add(FormattableString.Invariant($"CPU per message is {Cpu().Median:F2} times the reference's; at most {mostCpu:F2} is asked"));
        }
    }

    private Spread Ratio(Func<RatioRun, double> figure) => Spread.Of(
        from mine in Runs
        where !mine.IsReference
        from theirs in Runs
        where theirs.IsReference && theirs.Pair == mine.Pair
        select figure(mine) / figure(theirs));
}

/// <summary>The middle of several values, and the ends; not a number when there are none.</summary>
internal readonly record struct Spread(double Median, double Least, double Most)
{
    public static Spread Of(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length == 0
            ? new Spread(double.NaN, double.NaN, double.NaN)
            : new Spread((sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2, sorted[0], sorted[^1]);
    }

    public override string ToString() => FormattableString.Invariant($"{Median:F2} ({Least:F2} to {Most:F2})");
}
