namespace Paddlewheel.Perf.Scenarios;

/// <summary>One drain: the queue is full, then a worker begins; how long, and at what price, beside the best possible.</summary>
internal static class AdaptiveDrain
{
    /// <summary>Adds its figures to <paramref name="result"/>, or to a new one.</summary>
    /// <param name="context">The run.</param>
    /// <param name="result">Of the drains before; null for the first.</param>
    /// <param name="variant">Its name.</param>
    /// <param name="scaler">How replicas come.</param>
    /// <param name="greedy">Without the limiter: measured, not judged.</param>
    /// <param name="stop">Ends it.</param>
    public static async Task<ScenarioResult> RunAsync(ScenarioContext context, ScenarioResult? result, string variant, Autoscaler scaler, bool greedy, CancellationToken stop)
    {
        int calls = context.Number("calls");
        double takes = context.Number("call-ms") / 1000.0;
        (double best, double bestReplicas) = BestPossible.Drain(calls, takes, scaler);
        string name = $"{variant}, {(greedy ? "greedy" : "adaptive")}";
        Progress.Say(FormattableString.Invariant($"{name}: {calls} calls of {takes} s, best possible {best:F1} s"));

        await using LimitedSite limited = await LimitedSite.StartAsync(context, calls, scaler.First, stop);
        LoadSite site = limited.Site;
        result ??= context.NewResult(site);
        using CancellationTokenSource over = CancellationTokenSource.CreateLinkedTokenSource(stop);
        long started = await limited.BeginAsync(context, greedy, stop);
        double replicaSecondsBefore = limited.Replicas.ReplicaSeconds(started);
        Task scaling = scaler.RunAsync(limited.Replicas, over.Token);
        try
        {
            await DrainedAsync(limited, calls, stop);
        }
        finally
        {
            await over.CancelAsync();
            await scaling;
        }

        long now = TimeProvider.System.GetTimestamp();
        double seconds = TimeProvider.System.GetElapsedTime(started, now).TotalSeconds;
        double rejected = limited.Book.Rejected;
        if (!greedy)
        {
            result.Add($"{variant}, best possible: drain, s", best, "F1");
            result.Add($"{variant}, best possible: replica-seconds", bestReplicas, "F0");
        }

        result.Add($"{name}: drain, s", seconds, "F1");
        result.Add($"{name}: percent of the best possible", 100 * seconds / best, "F0");
        result.Add($"{name}: percent of all slots from the start", 100 * seconds / Ideal(calls, takes, scaler), "F0");
        result.Add($"{name}: 429 answers", rejected, "N0");
        result.Add($"{name}: 429 answers, percent of the calls", 100 * rejected / calls, "F1");
        result.Add($"{name}: attempts, p50", limited.Attempts(50), "F0");
        result.Add($"{name}: attempts, p99", limited.Attempts(99), "F0");
        result.Add($"{name}: attempts, most", limited.Attempts(100), "F0");
        result.Add($"{name}: replica-seconds", limited.Replicas.ReplicaSeconds(now) - replicaSecondsBefore, "F0");
        result.Add($"{name}: replicas at most", limited.Replicas.Most, "F0");

        await site.Queue.SettledAsync(TimeSpan.FromSeconds(30), stop);
        result.Problems.AddRange((await site.FinishAsync(stop)).Select(problem => $"{name}: {problem}"));
        if (!greedy)
        {
            Judge(context, result, variant, 100 * seconds / best, 100 * rejected / calls);
        }

        return result;
    }

    private static double Ideal(int calls, double takes, Autoscaler scaler) =>
        BestPossible.Drain(calls, takes, scaler with { Kind = ScalerKind.Fixed }).Seconds;

    // Greedy calls may all be waiting for two minutes: nothing arrives then, and nothing is wrong.
    private static async Task DrainedAsync(LimitedSite limited, int calls, CancellationToken stop)
    {
        Progress progress = new("ended", calls);
        bool IsOver()
        {
            progress.At(limited.Site.Book.Arrived - limited.Book.Running);
            limited.Site.Workers[^1].ThrowIfExited();
            return limited.Site.Book.Arrived == calls && limited.Book.Running == 0;
        }

        if (double.IsInfinity(await LimitedSite.UntilAsync(IsOver, TimeSpan.FromHours(1), stop)))
        {
            throw new LoadException($"not drained within an hour: {limited.Site.Book.Arrived} of {calls}");
        }
    }

    private static void Judge(ScenarioContext context, ScenarioResult result, string variant, double percent, double rejected)
    {
        if (percent > context.Number($"{variant}-percent"))
        {
            result.Problems.Add(FormattableString.Invariant($"{variant}: the drain took {percent:F0} % of the best possible, {context.Number($"{variant}-percent")} % are allowed"));
        }

        if (variant == "fixed" && rejected > context.Number("rejected-percent"))
        {
            result.Problems.Add(FormattableString.Invariant($"{variant}: {rejected:F1} % of the calls were rejected, {context.Number("rejected-percent")} % are allowed"));
        }
    }
}
