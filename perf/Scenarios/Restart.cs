namespace Paddlewheel.Perf.Scenarios;

/// <summary>Workers come and go while calls come in: with SIGTERM nothing is lost and nothing runs twice.</summary>
internal sealed class Restart : IScenario
{
    public string Name => "restart";

    public string What => "SIGTERM restarts under load: nothing lost, nothing twice";

    public IReadOnlyList<Setting> Settings { get; } =
    [
        Setting.Number("per-second", 500, "calls a second", quick: 300, least: 1),
        Setting.Number("function-ms", 20, "how long a function takes, ms"),
        Setting.Number("restarts", 6, "how often; every other one leaves before its successor comes", quick: 2, least: 1),
        Setting.Number("every-ms", 2_000, "time between two", quick: 1_000, least: 1),
    ];

    public async Task<ScenarioResult> RunAsync(ScenarioContext context, CancellationToken stop)
    {
        int perSecond = context.Number("per-second"), restarts = context.Number("restarts");
        TimeSpan every = TimeSpan.FromMilliseconds(context.Number("every-ms"));

        // Calls come until the last restart is done, however long a machine takes for it.
        int room = perSecond * (restarts + 1) * ((int)every.TotalSeconds + 40);
        await using LoadSite site = await context.StartSiteAsync(room, null, stop);
        WorkerProcess worker = site.StartWorker();
        await site.Queue.WorkersAreThereAsync(1, TimeSpan.FromSeconds(30), stop);

        ScenarioResult result = context.NewResult(site);
        Meter meter = Meter.FromStart(site);
        await using Sampler sampler = new(site);
        using CancellationTokenSource ended = new();
        Task<int> sending = OpenModel.SendAsync(site, site.Queue.Publisher, 0, room, perSecond, static _ => "echo", stop, ended.Token);
        List<double> leaving = [];
        for (int restart = 0; restart < restarts; restart++)
        {
            await Task.Delay(every, stop);
            WorkerProcess old = worker;
            if (restart % 2 == 0)
            {
                // A rolling update: the new one works before the old one is asked to go.
                worker = site.StartWorker();
                await Watch.InvokesAsync(site, worker, stop);
            }

            long asked = TimeProvider.System.GetTimestamp();
            await old.StopAsync(stop);
            leaving.Add(TimeProvider.System.GetElapsedTime(asked).TotalMilliseconds);
            if (restart % 2 == 1)
            {
                worker = site.StartWorker();
                await Watch.InvokesAsync(site, worker, stop);
            }
        }

        await Task.Delay(every, stop);
        await ended.CancelAsync();
        int total = await sending;
        await Watch.ArrivedAsync(site, total, null, stop);
        await site.Queue.SettledAsync(TimeSpan.FromSeconds(30), stop);
        result.Samples.AddRange(await sampler.StopAsync());
        result.Add("calls/s", perSecond, "F0");
        result.Add("restarts", restarts, "F0");
        result.Add("SIGTERM to exit at most, ms", leaving.Max(), "F0");
        await meter.AddAsync(result, stop);
        Latencies.Add(result, "planned to function", Enumerable.Range(0, total), call => (site.Book.PlannedAt[call], site.Book.ArrivedAt(call)));
        result.Problems.AddRange(await site.FinishAsync(stop, call => call < total ? 1 : 0));
        return result;
    }
}
