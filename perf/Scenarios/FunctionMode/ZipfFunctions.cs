using System.Globalization;

namespace Paddlewheel.Perf.Scenarios;

/// <summary>Thousands of functions, a few of them called all the time and most of them now and then: all served, and none waits for the others.</summary>
internal sealed class ZipfFunctions : IScenario
{
    private const int Seed = 1;

    // Ranks up to and including; what lies beyond the last is the tail.
    private static readonly int[] Ranks = [1, 10, 100, 1000, int.MaxValue];

    public string Name => "zipf";

    public string What => "thousands of functions with Zipf-distributed calls in function mode: waits by rank";

    public IReadOnlyList<Setting> Settings { get; } =
    [
        Setting.Number("functions", 2000, "functions that there are", quick: 300, least: 1),
        Setting.Number("calls", 20_000, "calls in all", quick: 3000, least: 1),
        Setting.OneOf("arrivals", "open: at a fixed rate; backlog: all queued before the worker starts", "open", "backlog"),
        Setting.Number("per-second", 400, "calls a second, open", least: 1),
        Setting.Number("exponent-percent", 100, "Zipf's exponent, in hundredths"),
        Setting.Number("function-ms", 10, "how long a call runs"),
        Setting.Number("p95-ms", 500, "gate: 95th percentile of the wait in every group of ranks, open", quick: 5000),
        Setting.Number("body", 16, "bytes of a call's body"),
    ];

    public async Task<ScenarioResult> RunAsync(ScenarioContext context, CancellationToken stop)
    {
        int functions = context.Number("functions"), calls = context.Number("calls");
        bool isOpen = context.Settings.Text("arrivals") == "open";
        ZipfNumbers zipf = new(functions, context.Number("exponent-percent") / 100.0, new Random(Seed));
        int[] ranks = [.. Enumerable.Range(0, calls).Select(_ => zipf.Next())];
        TimeSpan takes = TimeSpan.FromMilliseconds(context.Number("function-ms"));
        await using LoadSite site = await context.StartSiteAsync(calls, [.. Enumerable.Range(0, functions).Select(rank => new FunctionBehaviour(NameOf(rank)) { Takes = takes })], stop);
        if (!isOpen)
        {
            await site.Queue.FillAsync(calls, call => NameOf(ranks[call]), stop);
        }

        Meter meter = Meter.FromStart(site);
        long began = TimeProvider.System.GetTimestamp();
        for (int worker = 0; worker < context.Number("workers"); worker++)
        {
            await site.StartWorker(("scaling_mode", "function")).ReadyAsync(stop);
        }

        await using Sampler sampler = new(site);
        if (isOpen)
        {
            began = TimeProvider.System.GetTimestamp();
            await OpenModel.SendAsync(site, site.Queue.Publisher, 0, calls, context.Number("per-second"), call => NameOf(ranks[call]), stop);
        }
        else
        {
            Array.Fill(site.Book.PlannedAt, began);
        }

        await Watch.ArrivedAsync(site, calls, null, stop);
        ScenarioResult result = context.NewResult(site);
        result.Add("functions called", ranks.Distinct().Count(), "N0");
        result.Add("start to last invocation, s", TimeProvider.System.GetElapsedTime(began).TotalSeconds, "F1");
        await site.Queue.SettledAsync(TimeSpan.FromSeconds(30), stop);
        result.Samples.AddRange(await sampler.StopAsync());
        await meter.AddAsync(result, stop);
        Waits(context, result, site, ranks, isOpen);
        result.Problems.AddRange(await site.FinishAsync(stop));
        return result;
    }

    private static void Waits(ScenarioContext context, ScenarioResult result, LoadSite site, int[] ranks, bool judge)
    {
        int from = 1;
        foreach (int to in Ranks.Where((to, index) => index == 0 || Ranks[index - 1] < context.Number("functions")))
        {
            int least = from, most = Math.Min(to, context.Number("functions"));
            string name = least == most ? $"wait, rank {least}" : $"wait, ranks {least} to {most}";
            Latencies.Add(result, name, Enumerable.Range(0, ranks.Length).Where(call => ranks[call] + 1 >= least && ranks[call] + 1 <= most), call => (site.Book.PlannedAt[call], site.Book.ArrivedAt(call)));
            double p95 = result.Distributions[^1].Points.First(static point => point.Percentile == 95).Milliseconds;
            if (judge && p95 > context.Number("p95-ms"))
            {
                result.Problems.Add(FormattableString.Invariant($"{name}: p95 {p95:F0} ms, {context.Number("p95-ms")} ms are allowed"));
            }

            from = to == int.MaxValue ? to : to + 1;
        }
    }

    private static string NameOf(int rank) => string.Create(CultureInfo.InvariantCulture, $"fn-{rank}");
}
