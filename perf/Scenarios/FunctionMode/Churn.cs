using System.Globalization;

namespace Paddlewheel.Perf.Scenarios;

/// <summary>
/// Workers and functions come and go, and the mode changes twice, while calls are sent at a fixed rate. Nobody is killed, so nothing
/// may be lost and nothing may run twice.
/// </summary>
internal sealed class Churn : IScenario
{
    public string Name => "churn";

    public string What => "workers and functions come and go and the mode changes twice, under load: nothing lost, nothing twice";

    public IReadOnlyList<Setting> Settings { get; } =
    [
        Setting.Number("seconds", 1800, "how long calls are sent", quick: 40, least: 30),
        Setting.Number("per-second", 100, "calls a second", least: 1),
        Setting.Number("workers", 2, "worker processes at one time", least: 1),
        Setting.Number("replace-seconds", 15, "a worker is replaced so often", quick: 10, least: 5),
        Setting.Number("functions", 30, "functions that are called at one time", quick: 10, least: 10),
        Setting.Number("function-every-ms", 2000, "so often one of them goes and another comes", quick: 500, least: 1),
        Setting.Number("inactive-seconds", 5, "idle time before a function's consumer is removed", quick: 2, least: 1),
    ];

    public async Task<ScenarioResult> RunAsync(ScenarioContext context, CancellationToken stop)
    {
        int perSecond = context.Number("per-second"), total = perSecond * context.Number("seconds");
        ChurnPlan plan = new(
            TimeSpan.FromSeconds(context.Number("seconds")),
            TimeSpan.FromSeconds(context.Number("replace-seconds")),
            context.Number("functions"),
            TimeSpan.FromMilliseconds(context.Number("function-every-ms")));
        await using LoadSite site = await context.StartSiteAsync(total, [.. Enumerable.Range(0, plan.Names).Select(Behaviour)], stop);
        ChurnWorkers workers = new(site, context.Number("workers"), context.Number("inactive-seconds"));
        await workers.StartAsync(ChurnPlan.FirstMode, stop);

        await using Sampler sampler = new(site);
        long started = TimeProvider.System.GetTimestamp();
        using CancellationTokenSource ended = CancellationTokenSource.CreateLinkedTokenSource(stop);
        Task sending = OpenModel.SendAsync(site, site.Queue.Publisher, 0, total, perSecond, call => NameOf(plan.FunctionAt(TimeSpan.FromSeconds((double)call / perSecond), call)), ended.Token);
        try
        {
            foreach (ChurnStep step in plan.Steps)
            {
                await workers.WaitAsync(step.At - TimeProvider.System.GetElapsedTime(started), stop);
                await workers.TakeAsync(step, stop);
            }

            await sending;
        }
        finally
        {
            // Of a run that failed: nobody may send into a site that is being taken down.
            await ended.CancelAsync();
            await sending.ContinueWith(static _ => { }, TaskScheduler.Default);
        }

        await Watch.ArrivedAsync(site, total, null, stop);
        await site.Queue.SettledAsync(TimeSpan.FromSeconds(60), stop);
        ScenarioResult result = context.NewResult(site);
        result.Samples.AddRange(await sampler.StopAsync());
        result.Add("calls", total, "N0");
        result.Add("minutes", TimeProvider.System.GetElapsedTime(started).TotalMinutes, "F1");
        result.Add("functions", plan.Names, "F0");
        result.Add("workers started", site.Workers.Count, "F0");
        result.Add("mode changes", plan.Steps.Count(static step => step.IsSwitch), "F0");
        result.Add("most awake lanes seen", workers.MostLanes, "F0");
        result.Add("calls turned away with 429", Enumerable.Range(0, plan.Names).Sum(name => site.Functions[NameOf(name)].Rejected), "N0");
        Latencies.Add(result, "planned to function", Enumerable.Range(0, total), call => (site.Book.PlannedAt[call], site.Book.ArrivedAt(call)));
        result.Add("worker CPU, us/run", site.Cpu.TotalMicroseconds / total, "F1");
        result.Add("RSS of one worker at most, MiB", site.Workers.Max(static worker => worker.PeakRss) / 1024.0, "F1");
        int never = Enumerable.Range(0, total).Count(call => site.Book.Runs(call) == 0), twice = Enumerable.Range(0, total).Count(call => site.Book.Runs(call) > 1);
        result.Add("lost", never, "F0");
        result.Add("run more than once", twice, "F0");
        result.Problems.AddRange(await site.FinishAsync(stop));
        return result;
    }

    /// <summary>Of ten functions one takes a single call at a time, one runs for two seconds, and the others are quick.</summary>
    private static FunctionBehaviour Behaviour(int name) => (name % 10) switch
    {
        0 => new(NameOf(name)) { Takes = TimeSpan.FromMilliseconds(40), Capacity = 1 },
        1 => new(NameOf(name)) { Takes = TimeSpan.FromSeconds(2) },
        int other => new(NameOf(name)) { Takes = TimeSpan.FromMilliseconds(5 * other) },
    };

    private static string NameOf(int name) => string.Create(CultureInfo.InvariantCulture, $"fn-{name}");
}
