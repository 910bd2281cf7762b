using System.Globalization;
using System.Text;
using System.Text.Json;
using Paddlewheel.Perf.Scenarios;

namespace Paddlewheel.Perf.Load;

/// <summary>
/// Two workers on the layout that any worker of this kind can serve, a full queue each, in turn. Bounds are on the median of the
/// ratios, and tolerant: what they catch is a step, not a percent.
/// </summary>
/// <remarks>
/// The function server lives in this process and is compiled while it works: whoever came first would meet a slower one. So a drain
/// that does not count goes before all others, and every other pair begins with the reference.
/// </remarks>
internal static class RatioCommand
{
    public static IReadOnlyList<Setting> Settings { get; } =
    [
        Setting.File("worker", "worker executable, A; without it the one built with this program"),
        Setting.File("reference", "the executable it is held against, B; takes the same environment"),
        Setting.Number("pairs", 5, "pairs: A B, B A, A B and so on, after a drain of B that does not count", least: 1),
        Setting.Number("messages", 60_000, "messages of each measured part", least: 1),
        Setting.Number("warmup", 150_000, "messages before each"),
        Setting.Number("max-inflight", 64, "calls that a worker may run at once", least: 1),
        Setting.Number("body", 1024, "bytes of a call's body"),
        Setting.Number("function-ms", 0, "how long a function takes, ms"),
        Setting.Decimal("least-throughput", "0", "A's messages/s to B's, the median: less fails; 0 asks nothing"),
        Setting.Decimal("most-cpu", "0", "A's CPU per message to B's, the median: more fails; 0 asks nothing"),
        Commands.Out,
    ];

    public static async Task<int> RunAsync(ScenarioSettings settings, CancellationToken stop)
    {
        string reference = settings.Text("reference");
        if (reference.Length == 0)
        {
            throw new LoadException("--reference FILE is needed: what is the worker held against?");
        }

        RatioResult result = new()
        {
            Settings = settings.Values.Where(static it => it.Key is not ("worker" or "reference" or "out")).ToDictionary(StringComparer.Ordinal),
            Worker = settings.Text("worker") is { Length: > 0 } worker ? worker : "built with this program",
            Reference = reference,
            Machine = Machine.OfThisOne(""),
        };
        await DrainAsync(result, settings, pair: 0, isReference: true, stop);
        result.Runs.Clear();
        for (int pair = 1; pair <= settings.Number("pairs"); pair++)
        {
            bool referenceFirst = pair % 2 == 0;
            await DrainAsync(result, settings, pair, referenceFirst, stop);
            await DrainAsync(result, settings, pair, !referenceFirst, stop);
        }

        result.Judge(settings.Decimal("least-throughput"), settings.Decimal("most-cpu"));
        string markdown = Markdown(result);
        Console.WriteLine(markdown);
        string folder = settings.Text(Commands.Out.Name);
        Directory.CreateDirectory(folder);
        string file = Path.Combine(folder, $"ratio-{TimeProvider.System.GetUtcNow():yyyyMMdd-HHmmss}");
        await File.WriteAllTextAsync(file + ".md", markdown, stop);
        await File.WriteAllTextAsync(file + ".json", JsonSerializer.Serialize(result, ResultJson.Default.RatioResult) + "\n", stop);
        Progress.Say($"written: {file}.md and .json");
        return result.Problems.Count == 0 ? 0 : 1;
    }

    private static async Task DrainAsync(RatioResult result, ScenarioSettings settings, int pair, bool isReference, CancellationToken stop)
    {
        int warmup = settings.Number("warmup"), total = warmup + settings.Number("messages");
        string who = isReference ? "reference" : "worker";
        Progress.Say(pair == 0 ? $"--- not counted: {who}" : $"--- pair {pair}: {who}");
        SiteOptions options = new()
        {
            Calls = total,
            Functions = [new FunctionBehaviour("echo") { Takes = TimeSpan.FromMilliseconds(settings.Number("function-ms")) }],
            Body = settings.Number("body"),
            MaxInflight = settings.Number("max-inflight"),
            Worker = settings.Text(who),
            OlderLayout = true,
        };
        await using LoadSite site = await LoadSite.StartAsync(options, stop);
        await site.Queue.FillAsync(total, static _ => "echo", stop);
        ScenarioResult drain = new() { Scenario = "drain", Settings = settings.Values, Worker = who, Machine = Machine.OfThisOne(site.NatsVersion) };
        await Drain.MeasureAsync(site, drain, workers: 1, warmup, stop);
        result.Problems.AddRange((await site.FinishAsync(stop)).Select(problem => $"pair {pair}, {who}: {problem}"));
        double bytes = drain["managed bytes/run"];
        result.Runs.Add(new RatioRun(
            pair, isReference, drain["messages/s"], drain["worker CPU, us/run"], double.IsNaN(bytes) ? -1 : bytes, drain["RSS at most, MiB"], drain["start to first invocation, ms"]));
    }

    private static string Markdown(RatioResult result)
    {
        StringBuilder text = new();
        text.AppendLine("## Worker against reference").AppendLine();
        text.AppendLine(string.Join(", ", result.Settings.Select(static it => $"{it.Key} {it.Value}")));
        text.AppendLine($"worker: {result.Worker}; reference: {result.Reference}; {result.Machine.Processors} processors; {result.Machine.At}").AppendLine();
        text.AppendLine("| pair | who | messages/s | CPU, us/message | managed bytes | RSS, MiB | start, ms |").AppendLine("|---:|---|---:|---:|---:|---:|---:|");
        foreach (RatioRun run in result.Runs)
        {
            string bytes = run.ManagedBytes < 0 ? "-" : run.ManagedBytes.ToString("F0", CultureInfo.InvariantCulture);
            text.AppendLine(CultureInfo.InvariantCulture, $"| {run.Pair} | {(run.IsReference ? "reference" : "worker")} | {run.PerSecond:F0} | {run.CpuPerMessage:F1} | {bytes} | {run.RssMiB:F0} | {run.StartMs:F0} |");
        }

        text.AppendLine().AppendLine($"throughput, worker to reference: {result.Throughput()}").AppendLine().AppendLine($"CPU per message, worker to reference: {result.Cpu()}").AppendLine();
        return text.AppendLine(result.Problems.Count == 0 ? "both ran every message once" : "FAILED: " + string.Join("; ", result.Problems)).ToString();
    }
}
