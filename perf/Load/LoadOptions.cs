using System.Globalization;

namespace Paddlewheel.Perf.Load;

/// <summary>What is run, and how. Results with different settings are not comparable, so all of them stand in the result.</summary>
internal sealed record LoadOptions
{
    public const string Usage = """
        drain [--messages 20000]                  a full queue, worked off as fast as the worker can
        rate  [--per-second 500] [--seconds 10]      calls at fixed times, latency from the planned time to the function
        both: [--warmup N] [--max-inflight 64] [--body 1024] [--function-ms 0] [--storage file|memory] [--worker FILE] [--out FOLDER]
        --warmup N   messages before the measured part (drain 0, rate 2 s of calls); a JIT build needs 150,000 to be warm
        """;

    public string Scenario { get; init; } = "drain";

    /// <summary>Messages of the measured part (drain).</summary>
    public int Messages { get; private set; } = 20_000;

    /// <summary>Messages before the measured part (drain), or calls that are not counted (rate).</summary>
    public int Warmup { get; private set; } = -1;

    public int PerSecond { get; private set; } = 500;

    public int Seconds { get; private set; } = 10;

    public int MaxInflight { get; private set; } = 64;

    /// <summary>Bytes of a call's body.</summary>
    public int Body { get; private set; } = 1024;

    /// <summary>How long the function takes, milliseconds.</summary>
    public int FunctionMs { get; private set; }

    public string Storage { get; private set; } = "file";

    /// <summary>Worker executable; empty is the one that was built with this program.</summary>
    public string Worker { get; private set; } = "";

    /// <summary>Folder for Markdown and JSON.</summary>
    public string Out { get; private set; } = Path.Combine("artifacts", "load");

    public static bool TryParse(string[] arguments, out LoadOptions options, out string problem)
    {
        options = new LoadOptions { Scenario = arguments.FirstOrDefault("") };
        problem = options.Scenario is "drain" or "rate" ? "" : "which scenario?";
        for (int i = 1; i < arguments.Length && problem.Length == 0; i += 2)
        {
            string value = i + 1 < arguments.Length ? arguments[i + 1] : "";
            problem = options.Set(arguments[i], value) ? "" : $"{arguments[i]} {value}: unknown, or not a valid value";
        }

        if (options.Warmup < 0)
        {
            options.Warmup = options.Scenario == "rate" ? options.PerSecond * 2 : 0;
        }

        return problem.Length == 0;
    }

    /// <summary>Name and value of every setting, for the report.</summary>
    public SortedDictionary<string, string> Settings() => new(StringComparer.Ordinal)
    {
        ["scenario"] = Scenario,
        [Scenario == "rate" ? "per-second" : "messages"] = Text(Scenario == "rate" ? PerSecond : Messages),
        ["warmup"] = Text(Warmup),
        ["seconds"] = Scenario == "rate" ? Text(Seconds) : "-",
        ["max-inflight"] = Text(MaxInflight),
        ["body"] = Text(Body),
        ["function-ms"] = Text(FunctionMs),
        ["storage"] = Storage,
        ["worker"] = Worker.Length == 0 ? "JIT build" : Path.GetFileName(Worker),
        ["processors"] = Text(Environment.ProcessorCount),
    };

    private bool Set(string name, string value) => name switch
    {
        "--messages" => Number(value, 1, n => Messages = n),
        "--warmup" => Number(value, 0, n => Warmup = n),
        "--per-second" => Number(value, 1, n => PerSecond = n),
        "--seconds" => Number(value, 1, n => Seconds = n),
        "--max-inflight" => Number(value, 1, n => MaxInflight = n),
        "--body" => Number(value, 0, n => Body = n),
        "--function-ms" => Number(value, 0, n => FunctionMs = n),
        "--storage" => value is "file" or "memory" && (Storage = value).Length > 0,
        "--worker" => File.Exists(value) && (Worker = Path.GetFullPath(value)).Length > 0,
        "--out" => value.Length > 0 && (Out = value).Length > 0,
        _ => false,
    };

    private static bool Number(string text, int least, Action<int> set)
    {
        bool valid = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= least;
        if (valid)
        {
            set(number);
        }

        return valid;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
