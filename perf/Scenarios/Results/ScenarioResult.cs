using System.Globalization;

namespace Paddlewheel.Perf.Scenarios;

/// <summary>What a run gave: settings, figures in order, curves, and what was wrong with it.</summary>
internal sealed class ScenarioResult(string scenario, IReadOnlyDictionary<string, string> settings, string natsServer)
{
    public string Scenario { get; } = scenario;

    public IReadOnlyDictionary<string, string> Settings { get; } = settings;

    public Machine Machine { get; init; } = Machine.OfThisOne(natsServer);

    public List<Figure> Figures { get; } = [];

    /// <summary>How it went, from the start of the measured part on.</summary>
    public List<Sample> Samples { get; } = [];

    /// <summary>Latencies by percentile.</summary>
    public List<Distribution> Distributions { get; } = [];

    /// <summary>Empty when every message was invoked as often as it had to be and the workers left in good order.</summary>
    public List<string> Problems { get; } = [];

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
