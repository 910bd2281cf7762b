namespace Paddlewheel.Perf.Scenarios;

/// <summary>Everything at once, for as long as one likes: quick, slow and flaky functions, callbacks, a worker restarted now and then.</summary>
internal sealed class Soak : IScenario
{
    public string Name => "soak";

    public string What => "quick, slow and flaky functions, callbacks and restarts, for minutes or hours";

    public IReadOnlyList<Setting> Settings { get; } =
    [
        Setting.Number("per-second", 400, "calls a second, of all functions", quick: 300, least: 1),
        Setting.Number("seconds", 600, "how long", quick: 5, least: 1),
        Setting.Number("restart-every", 60, "seconds between two restarts of a worker; 0 is never", quick: 2),
        Setting.Number("workers", 2, "worker processes", least: 1),
    ];

    public async Task<ScenarioResult> RunAsync(ScenarioContext context, CancellationToken stop)
    {
        int perSecond = context.Number("per-second"), total = perSecond * context.Number("seconds"), workers = context.Number("workers");
        FunctionBehaviour quick = new("quick"), slow = new("slow") { Takes = TimeSpan.FromMilliseconds(100) }, flaky = new("flaky") { FailsFirst = 1, ExpectedRuns = 2 };

        // Of ten calls seven are quick, two slow, and one fails first.
        FunctionBehaviour Of(int call) => (call % 10) switch { 3 or 8 => slow, 5 => flaky, _ => quick };
        await using LoadSite site = await context.StartSiteAsync(total, [quick, slow, flaky], stop);
        List<WorkerProcess> running = [.. Enumerable.Range(0, workers).Select(_ => Start(site))];
        await site.Queue.WorkersAreThereAsync(workers, TimeSpan.FromSeconds(30), stop);
        Publisher publisher = site.Queue.Publisher;
        publisher.Callback = site.Functions.CallbackUrl;

        ScenarioResult result = context.NewResult(site);
        Meter meter = Meter.FromStart(site);
        await using Sampler sampler = new(site);
        Task sending = OpenModel.SendAsync(site, publisher, 0, total, perSecond, call => Of(call).Name, stop);
        int restarts = await RestartAsync(site, running, TimeSpan.FromSeconds(context.Number("restart-every")), sending, stop);
        await sending;
        await Watch.ArrivedAsync(site, total, null, stop);
        await site.Queue.SettledAsync(TimeSpan.FromSeconds(60), stop);
        result.Samples.AddRange(await sampler.StopAsync());

        result.Add("calls/s", perSecond, "F0");
        result.Add("restarts", restarts, "F0");
        result.Add("callbacks", site.Book.CalledBack, "F0");
        await meter.AddAsync(result, stop);
        result.Add("RSS in the middle third, MiB", Rss(result.Samples, 1), "F1");
        result.Add("RSS in the last third, MiB", Rss(result.Samples, 2), "F1");
        Latencies.Add(result, "quick, planned to function", Enumerable.Range(0, total).Where(call => Of(call) == quick), call => (site.Book.PlannedAt[call], site.Book.ArrivedAt(call)));
        result.Problems.AddRange(await site.FinishAsync(stop, call => Of(call).ExpectedRuns));
        result.Problems.AddRange(site.Book.CallbackProblems());
        return result;
    }

    private static WorkerProcess Start(LoadSite site) => site.StartWorker(("initial_retry_wait", "500ms"), ("max_retry_wait", "1s"));

    private static async Task<int> RestartAsync(LoadSite site, List<WorkerProcess> running, TimeSpan every, Task sending, CancellationToken stop)
    {
        int restarts = 0;
        while (every > TimeSpan.Zero && await Task.WhenAny(sending, Task.Delay(every, stop)) != sending)
        {
            int which = restarts++ % running.Count;
            await running[which].StopAsync(stop);
            running[which] = Start(site);
        }

        return restarts;
    }

    private static double Rss(List<Sample> samples, int third)
    {
        int part = samples.Count / 3;
        return part == 0 ? 0 : samples.Skip(third * part).Take(part).Average(static sample => sample.RssMiB);
    }
}
