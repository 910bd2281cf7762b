using System.Globalization;

namespace Paddlewheel.Perf.Scenarios;

/// <summary>What a run gave: settings, figures in order, curves, and what was wrong with it. The JSON report is this, as it is.</summary>
internal sealed class ScenarioResult
{
    /// <summary>Raised when a reader of the JSON has to know.</summary>
    public int Schema { get; init; } = 1;

    public required string Scenario { get; init; }

    /// <summary>All that makes results comparable: with one of them different they are not.</summary>
    public required IReadOnlyDictionary<string, string> Settings { get; init; }

    /// <summary>The executable: two of them are what one wants to compare, so it is no setting.</summary>
    public required string Worker { get; init; }

    /// <summary>Where and when.</summary>
    public required Machine Machine { get; init; }

    public List<Figure> Figures { get; init; } = [];

    /// <summary>How it went, from the start of the measured part on.</summary>
    public List<Sample> Samples { get; init; } = [];

    /// <summary>Latencies by percentile.</summary>
    public List<Distribution> Distributions { get; init; } = [];

    /// <summary>Empty when every message was invoked as often as it had to be and the workers left in good order.</summary>
    public List<string> Problems { get; init; } = [];

    public void Add(string name, double value, string format) =>
        Figures.Add(new Figure(name, value, value.ToString(format, CultureInfo.InvariantCulture)));

    /// <summary>The value of a figure; NaN when there is none of that name.</summary>
    public double this[string figure] => Figures.Find(it => it.Name == figure)?.Value ?? double.NaN;
}

/// <param name="Name">What, with its unit.</param>
/// <param name="Value">The number.</param>
/// <param name="Text">The number as it is shown.</param>
internal sealed record Figure(string Name, double Value, string Text);

/// <summary>One look at a run.</summary>
/// <param name="Seconds">Since the first look.</param>
/// <param name="Runs">Runs begun so far.</param>
/// <param name="Running">Runs now.</param>
/// <param name="CpuSeconds">Processor time of all workers so far.</param>
/// <param name="RssMiB">Resident memory of all workers now.</param>
internal sealed record Sample(double Seconds, int Runs, int Running, double CpuSeconds, double RssMiB);

/// <param name="Name">From where to where.</param>
/// <param name="Count">Calls counted.</param>
/// <param name="Points">Milliseconds by percentile, rising.</param>
internal sealed record Distribution(string Name, long Count, IReadOnlyList<PercentilePoint> Points);

/// <param name="Percentile">0 to 100.</param>
/// <param name="Milliseconds">At most so long for that part of the calls.</param>
internal sealed record PercentilePoint(double Percentile, double Milliseconds);
