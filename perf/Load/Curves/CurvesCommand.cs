using System.Text.Json;
using Paddlewheel.Perf.Scenarios;

namespace Paddlewheel.Perf.Load;

/// <summary>Measures every point of the plan and writes data and picture where the documentation shows them.</summary>
internal static class CurvesCommand
{
    public static IReadOnlyList<Setting> Settings { get; } =
    [
        Setting.Number("messages", 30_000, "messages of a measured part", quick: 3_000, least: 1),
        Setting.Number("warmup", 30_000, "messages before each", quick: 1_000),
        Setting.Number("rounds", 1, "drains of each point; the median counts", least: 1),
        Setting.Number("backlog", 1_000_000, "the largest backlog", quick: 30_000, least: 10_000),
        Setting.Text("only", "all", "curves, with commas; the file keeps the others that are in it"),
        Setting.File("worker", "worker executable; without it the one built with this program"),
        Setting.Text("data", Path.Combine("docs", "performance", "curves.json"), "where the data go") with { Quick = Path.Combine("artifacts", "load", "curves.json") },
        Setting.Text("picture", Path.Combine("docs", "images", "curves.svg"), "where the picture goes") with { Quick = Path.Combine("artifacts", "load", "curves.svg") },
    ];

    public static async Task<int> RunAsync(ScenarioSettings settings, CancellationToken stop)
    {
        string[] only = settings.Text("only").Split(',');
        bool quick = settings.Number("backlog") < 100_000;
        IReadOnlyList<PlannedCurve> plan = CurvePlan.All(settings.Number("messages"), settings.Number("warmup"), settings.Number("backlog"), quick);
        CurveBook book = new()
        {
            Settings = settings.Values.Where(static it => it.Key is "messages" or "warmup" or "rounds" or "backlog").ToDictionary(StringComparer.Ordinal),
            Worker = settings.Text("worker") is { Length: > 0 } worker ? Path.GetFileName(worker) : "built with this program",
            Machine = Machine.OfThisOne(""),
        };
        if (only is not ["all"] && await EarlierAsync(settings.Text("data"), stop) is { } earlier)
        {
            if (book.Differences(earlier) is { Count: > 0 } differences)
            {
                throw new LoadException($"these curves do not belong into {settings.Text("data")}: {string.Join("; ", differences)}; name another file with --data and --picture");
            }

            book.Curves.AddRange(earlier.Curves);
        }

        foreach (PlannedCurve curve in plan.Where(it => only is ["all"] || only.Contains(it.Name)))
        {
            List<CurvePoint> points = [];
            foreach (PlannedPoint point in curve.Points)
            {
                points.Add(await MeasureAsync(curve, point, settings, stop));
            }

            book.Put(new Curve(curve.Name, curve.Axis, curve.Fixed, points));
            await WriteAsync(book, settings.Text("data"), settings.Text("picture"), stop);
        }

        Console.WriteLine(CurvesPicture.Table(book));
        return book.Curves.Exists(static curve => curve.Points.Exists(static point => point.Problems.Count > 0)) ? 1 : 0;
    }

    private static async Task<CurvePoint> MeasureAsync(PlannedCurve curve, PlannedPoint point, ScenarioSettings settings, CancellationToken stop)
    {
        List<ScenarioResult> rounds = [];
        for (int round = 0; round < settings.Number("rounds"); round++)
        {
            Progress.Say($"--- {curve.Name} {point.X}, round {round + 1}");
            try
            {
                rounds.Add(await DrainAsync(point, settings.Text("worker"), stop));
            }
            catch (LoadException e)
            {
                // One point that can't be had is a gap in one curve, not the end of an evening's run.
                Progress.Say(e.Message);
                return new CurvePoint(point.X, point.Messages, 0, 0, 0, [e.Message.Split('\n')[0]]);
            }
        }

        double Median(string figure) => Math.Round(Spread.Of(rounds.Select(it => it[figure])).Median, 1);
        return new CurvePoint(point.X, point.Messages, Median("messages/s"), Median("worker CPU, us/run"), Median("RSS at most, MiB"), [.. rounds.SelectMany(static it => it.Problems)]);
    }

    private static async Task<ScenarioResult> DrainAsync(PlannedPoint point, string worker, CancellationToken stop)
    {
        int total = point.Warmup + point.Messages;
        FunctionBehaviour[] functions = [.. Enumerable.Range(0, point.Lanes).Select(static lane => new FunctionBehaviour("echo" + lane))];
        SiteOptions options = new()
        {
            Calls = total,
            Functions = functions,
            Body = point.Body,
            MaxInflight = point.MaxInflight,
            NatsNodes = point.NatsNodes,
            Worker = worker,
            Environment = [KeyValuePair.Create("scaling_mode", point.IsFunctionMode ? "function" : "static")],
        };
        await using LoadSite site = await LoadSite.StartAsync(options, stop);
        await site.Queue.FillAsync(total, call => functions[call % point.Lanes].Name, stop);
        ScenarioResult result = new() { Scenario = "drain", Settings = new Dictionary<string, string>(), Worker = "", Machine = Machine.OfThisOne(site.NatsVersion) };
        await Drain.MeasureAsync(site, result, point.Workers, point.Warmup, stop);
        result.Problems.AddRange(await site.FinishAsync(stop));
        return result;
    }

    private static async Task<CurveBook?> EarlierAsync(string data, CancellationToken stop) =>
        File.Exists(data) ? JsonSerializer.Deserialize(await File.ReadAllTextAsync(data, stop), ResultJson.Default.CurveBook) : null;

    private static async Task WriteAsync(CurveBook book, string data, string picture, CancellationToken stop)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(data))!);
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(picture))!);
        await File.WriteAllTextAsync(data, JsonSerializer.Serialize(book, ResultJson.Default.CurveBook) + "\n", stop);
        await File.WriteAllTextAsync(picture, CurvesPicture.Svg(book), stop);
    }
}
