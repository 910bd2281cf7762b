using System.Globalization;
using System.Runtime.InteropServices;

namespace Paddlewheel.Perf.Load;

/// <summary>What a run gave: settings, figures in order, and what was wrong with it.</summary>
internal sealed class LoadResult(SortedDictionary<string, string> settings, string natsVersion)
{
    public SortedDictionary<string, string> Settings { get; } = settings;

    public string NatsServer { get; } = natsVersion;

    public string Runtime { get; } = RuntimeInformation.FrameworkDescription;

    public List<Figure> Figures { get; } = [];

    /// <summary>Empty when every message was invoked exactly once and the worker left in good order.</summary>
    public List<string> Problems { get; } = [];

    public void Add(string name, double value, string format) =>
        Figures.Add(new Figure(name, value, value.ToString(format, CultureInfo.InvariantCulture)));

    /// <summary>The hard part of every scenario: a fast run that loses a message is a failed run.</summary>
    public void Judge(Site site, LoadOptions options, int exitCode)
    {
        Problems.AddRange(site.Book.Problems());
        if (site.Functions.MostRunning > options.MaxInflight)
        {
            Problems.Add($"{site.Functions.MostRunning} calls ran at one time; {options.MaxInflight} were allowed");
        }

        if (exitCode != 0)
        {
            Problems.Add($"the worker's exit code was {exitCode}");
        }
    }
}

/// <param name="Name">What, with its unit.</param>
/// <param name="Value">The number.</param>
/// <param name="Text">The number as it is shown.</param>
internal sealed record Figure(string Name, double Value, string Text);
