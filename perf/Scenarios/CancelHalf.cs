using System.Threading.Channels;

namespace Paddlewheel.Perf.Scenarios;

/// <summary>
/// A full queue of which every other call is cancelled: half of those before there is a worker, the rest while it works the queue off, in
/// turn as early as possible and at the moment in which the function begins. Who is not cancelled runs once, who is at most once.
/// </summary>
internal sealed class CancelHalf : IScenario
{
    private const int AtOnce = 32;

    private enum Fate
    {
        Runs,
        CancelledBeforeTheStart,
        CancelledEarly,
        CancelledWhenItBegins,
    }

    public string Name => "cancel-half";

    public string What => "every other call of a full queue is cancelled, before and while it runs";

    public IReadOnlyList<Setting> Settings { get; } =
    [
        Setting.Number("messages", 20_000, "calls in the queue", quick: 4_000, least: 8),
        Setting.Number("function-ms", 10, "how long a run takes, ms"),
    ];

    public async Task<ScenarioResult> RunAsync(ScenarioContext context, CancellationToken stop)
    {
        int total = context.Number("messages");
        await using LoadSite site = await context.StartSiteAsync(total, null, stop);
        await site.Queue.FillAsync(total, static _ => "echo", stop);
        await CancelAsync(site, Calls(total, Fate.CancelledBeforeTheStart), stop);

        ScenarioResult result = context.NewResult(site);
        Channel<int> begun = Channel.CreateUnbounded<int>();
        site.Functions.Began = call =>
        {
            if (FateOf(call) == Fate.CancelledWhenItBegins)
            {
                begun.Writer.TryWrite(call);
            }
        };
        Task running = CancelAsync(site, begun.Reader.ReadAllAsync(stop), stop);
        site.StartWorkers(context.Number("workers"));
        Meter meter = Meter.FromStart(site);
        await using Sampler sampler = new(site);

        // The last ones first: those have the longest to wait, and most of them are reached before a worker has them.
        await CancelAsync(site, Calls(total, Fate.CancelledEarly).Reverse(), stop);
        await site.Queue.SettledAsync(TimeSpan.FromMinutes(2), stop);
        begun.Writer.Complete();
        await running;
        result.Samples.AddRange(await sampler.StopAsync());

        WorkerMetrics[] metrics = await Task.WhenAll(site.Workers.Select(worker => WorkerMetrics.OfAsync(worker, stop)));
        double cancelled = metrics.Sum(static it => it.Sum("paddlewheel_outcomes_total", "outcome=\"cancelled\""));
        double processed = metrics.Sum(static it => it.Sum("queue_worker_messages_processed_total"));
        int spared = Calls(total).Count(call => FateOf(call) != Fate.Runs && site.Book.Runs(call) == 0);
        result.Add("calls", total, "F0");
        result.Add("cancelled, never invoked", spared, "F0");
        result.Add("cancelled while they ran", cancelled - spared, "F0");
        result.Add("over before they could be cancelled", Calls(total).Count(call => FateOf(call) != Fate.Runs) - cancelled, "F0");
        await meter.AddAsync(result, stop);
        result.Problems.AddRange(await site.FinishAsync(stop, call => Expected(site, call), abandons: true));
        if (processed != total)
        {
            result.Problems.Add($"the workers brought {processed} of {total} messages to an end");
        }

        return result;
    }

    // A quarter before the start, an eighth each of the two kinds while the queue is worked off.
    private static Fate FateOf(int call) => (call % 8) switch
    {
        1 or 5 => Fate.CancelledBeforeTheStart,
        3 => Fate.CancelledEarly,
        7 => Fate.CancelledWhenItBegins,
        _ => Fate.Runs,
    };

    private static int Expected(LoadSite site, int call) => FateOf(call) switch
    {
        Fate.Runs => 1,
        Fate.CancelledBeforeTheStart => 0,

        // Once or not at all.
        _ => Math.Min(1, site.Book.Runs(call)),
    };

    private static IEnumerable<int> Calls(int total) => Enumerable.Range(0, total);

    private static IEnumerable<int> Calls(int total, Fate fate) => Calls(total).Where(call => FateOf(call) == fate);

    private static Task CancelAsync(LoadSite site, IEnumerable<int> calls, CancellationToken stop) =>
        Parallel.ForEachAsync(calls, Options(stop), (call, token) => CancelAsync(site, call, token));

    private static Task CancelAsync(LoadSite site, IAsyncEnumerable<int> calls, CancellationToken stop) =>
        Parallel.ForEachAsync(calls, Options(stop), (call, token) => CancelAsync(site, call, token));

    private static ParallelOptions Options(CancellationToken stop) => new() { MaxDegreeOfParallelism = AtOnce, CancellationToken = stop };

    private static async ValueTask CancelAsync(LoadSite site, int call, CancellationToken stop)
    {
        if (await site.Queue.Canceller.CancelAsync(Publisher.CallId(call), stop) is { Length: > 0 } problem)
        {
            throw new LoadException($"call {call} was not cancelled: {problem}");
        }
    }
}
