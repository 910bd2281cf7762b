using System.Globalization;

namespace Paddlewheel.Perf.Scenarios;

/// <summary>A site with one function that takes a few calls per replica, and the attempts of each call, rejected ones counted.</summary>
internal sealed class LimitedSite : IAsyncDisposable
{
    public const string Function = "sleep";

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(5);

    private readonly int[] _attempts;

    private LimitedSite(LoadSite site, Replicas replicas, FunctionBehaviour behaviour, int calls)
    {
        Site = site;
        Replicas = replicas;
        Behaviour = behaviour;
        _attempts = new int[calls];
        site.Functions.Answered = call => Interlocked.Increment(ref _attempts[call]);
    }

    public LoadSite Site { get; }

    public Replicas Replicas { get; }

    public FunctionBehaviour Behaviour { get; }

    public FunctionBook Book => Site.Functions[Function];

    public static async Task<LimitedSite> StartAsync(ScenarioContext context, int calls, int replicas, CancellationToken stop)
    {
        Replicas all = new(context.Number("slots"));
        all.Scale(replicas, TimeProvider.System.GetTimestamp());
        FunctionBehaviour behaviour = new(Function) { Takes = TimeSpan.FromMilliseconds(context.Number("call-ms")), Replicas = all };
        LoadSite site = await context.StartSiteAsync(calls, [behaviour], stop);
        LimitedSite limited = new(site, all, behaviour, calls);
        await site.Queue.FillAsync(calls, static _ => Function, stop);
        return limited;
    }

    /// <summary>Starts the worker and waits until it has begun.</summary>
    /// <returns>When the first call began to run, a timestamp.</returns>
    public async Task<long> BeginAsync(ScenarioContext context, bool greedy, CancellationToken stop)
    {
        int retryMs = context.Number("retry-ms");
        Site.StartWorker(
            ("scaling_mode", "function"),
            ("limiter_enabled", greedy ? "false" : "true"),
            ("backoff", context.Settings.Text("backoff")),
            ("initial_retry_wait", Milliseconds(retryMs)),
            ("max_retry_wait", Milliseconds(retryMs * 12)));
        await UntilAsync(() => Site.Book.Arrived > 0, TimeSpan.FromSeconds(30), stop);
        return TimeProvider.System.GetTimestamp();
    }

    /// <summary>Waits, at most so long.</summary>
    /// <returns>Seconds that it took; infinite when it did not come to it.</returns>
    public static async Task<double> UntilAsync(Func<bool> reached, TimeSpan most, CancellationToken stop)
    {
        long started = TimeProvider.System.GetTimestamp();
        while (!reached())
        {
            if (TimeProvider.System.GetElapsedTime(started) > most)
            {
                return double.PositiveInfinity;
            }

            await Task.Delay(Look, stop);
        }

        return TimeProvider.System.GetElapsedTime(started).TotalSeconds;
    }

    /// <summary>Attempts that so many percent of the calls did not exceed.</summary>
    public int Attempts(int percent)
    {
        int[] inOrder = [.. _attempts];
        Array.Sort(inOrder);
        return inOrder[Math.Min(inOrder.Length - 1, inOrder.Length * percent / 100)];
    }

    public ValueTask DisposeAsync() => Site.DisposeAsync();

    private static string Milliseconds(int number) => string.Create(CultureInfo.InvariantCulture, $"{number}ms");
}
