using Paddlewheel.Perf.Scenarios;

namespace Paddlewheel.Perf.Load;

/// <summary>All curves of one run of the command; the JSON is this.</summary>
internal sealed class CurveBook
{
    public required IReadOnlyDictionary<string, string> Settings { get; init; }

    public required string Worker { get; init; }

    public required Machine Machine { get; init; }

    public List<Curve> Curves { get; init; } = [];

    /// <summary>Why curves of both may not stand in one picture: other settings, another kind of machine. Empty when they may.</summary>
    public IReadOnlyList<string> Differences(CurveBook other)
    {
        List<string> differences = [.. Comparison.Differences(Settings, other.Settings)];
        if ((Machine.Processor, Machine.Processors) != (other.Machine.Processor, other.Machine.Processors))
        {
            differences.Add($"machine: {Machine.Processors} x {Machine.Processor} and {other.Machine.Processors} x {other.Machine.Processor}");
        }

        return differences;
    }

    /// <summary>Adds a curve, in the place of an earlier one of that name.</summary>
    public void Put(Curve curve)
    {
        int at = Curves.FindIndex(it => it.Name == curve.Name);
        if (at < 0)
        {
            Curves.Add(curve);
        }
        else
        {
            Curves[at] = curve;
        }
    }
}

/// <param name="Name">As on the command line.</param>
/// <param name="Axis">What grows.</param>
/// <param name="Fixed">What does not.</param>
/// <param name="Points">Rising.</param>
internal sealed record Curve(string Name, string Axis, string Fixed, List<CurvePoint> Points);

/// <param name="X">Value of what grows.</param>
/// <param name="Messages">Messages of the measured part.</param>
/// <param name="PerSecond">Median of the rounds.</param>
/// <param name="CpuPerMessage">All workers together, us; median of the rounds.</param>
/// <param name="RssMiB">Of the largest worker, at most; median of the rounds.</param>
/// <param name="Problems">Of any round.</param>
internal sealed record CurvePoint(int X, int Messages, double PerSecond, double CpuPerMessage, double RssMiB, List<string> Problems);
