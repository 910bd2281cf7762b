using System.Globalization;

namespace Paddlewheel.Perf.Scenarios;

/// <summary>The values of one run: what every scenario has, and what this one adds or sets otherwise.</summary>
internal sealed class ScenarioSettings
{
    /// <summary>Settings that every scenario has; a scenario's own setting of the same name takes the place of one.</summary>
    public static readonly Setting[] Common =
    [
        Setting.Number("max-inflight", 64, "calls that one worker may run at once", least: 1),
        Setting.Number("body", 1024, "bytes of a call's body"),
        Setting.Number("function-ms", 0, "how long a function takes, ms"),
        Setting.OneOf("storage", "where JetStream keeps messages", "file", "memory"),
        Setting.Number("workers", 1, "worker processes", least: 1),
        Setting.Number("nats-nodes", 1, "nats-servers, and replicas of the stream", least: 1),
        Setting.File("worker", "worker executable; without it the one built with this program"),
        Setting.Pairs("env", "", "more of the worker's environment: name=value,name=value"),
        Setting.Number("lose", 0, "sabotage: so many calls are never published, which must fail the run"),
    ];

    private readonly SortedDictionary<string, string> _values = new(StringComparer.Ordinal);

    private ScenarioSettings(IReadOnlyList<Setting> all, bool quick)
    {
        All = all;
        foreach (Setting setting in All)
        {
            _values[setting.Name] = quick ? setting.Quick ?? setting.Default : setting.Default;
        }
    }

    public IReadOnlyList<Setting> All { get; }

    /// <summary>Name and value of each, for the report.</summary>
    public IReadOnlyDictionary<string, string> Values => _values;

    /// <summary>What a scenario understands.</summary>
    public static IReadOnlyList<Setting> AllOf(IScenario scenario) =>
        [.. scenario.Settings, .. Common.Where(common => !scenario.Settings.Any(own => own.Name == common.Name))];

    /// <summary>Reads <c>--name value</c> pairs over the defaults, or over the short form's values when <paramref name="quick"/>.</summary>
    public static bool TryParse(IReadOnlyList<Setting> all, IReadOnlyList<string> arguments, bool quick, out ScenarioSettings settings, out string problem)
    {
        settings = new ScenarioSettings(all, quick);
        for (int i = 0; i < arguments.Count; i += 2)
        {
            string name = arguments[i], value = i + 1 < arguments.Count ? arguments[i + 1] : "";
            Setting? setting = name.StartsWith("--", StringComparison.Ordinal) ? settings.All.FirstOrDefault(it => it.Name == name[2..]) : null;
            problem = setting is null ? "unknown" : setting.Check(value) ?? "";
            if (problem.Length > 0)
            {
                problem = $"{name} {value}: {problem}";
                return false;
            }

            settings._values[setting!.Name] = value;
        }

        problem = "";
        return true;
    }

    /// <summary>A scenario's settings with these arguments, which must be right.</summary>
    public static ScenarioSettings Of(IScenario scenario, params string[] arguments) =>
        TryParse(AllOf(scenario), arguments, quick: false, out ScenarioSettings settings, out string problem) ? settings : throw new ArgumentException(problem, nameof(arguments));

    public string Text(string name) => _values[name];

    public double Decimal(string name) => double.Parse(_values[name], CultureInfo.InvariantCulture);

    public int Number(string name) => int.Parse(_values[name], CultureInfo.InvariantCulture);

    public int[] Numbers(string name) => [.. _values[name].Split(',').Select(static part => int.Parse(part, CultureInfo.InvariantCulture))];

    /// <summary>Pairs of a <see cref="Setting.Pairs"/>.</summary>
    public IEnumerable<KeyValuePair<string, string>> Pairs(string name) =>
        from pair in _values[name].Split(',', StringSplitOptions.RemoveEmptyEntries)
        let at = pair.IndexOf('=', StringComparison.Ordinal)
        select KeyValuePair.Create(pair[..at], pair[(at + 1)..]);
}
