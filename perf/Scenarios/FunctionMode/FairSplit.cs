namespace Paddlewheel.Perf.Scenarios;

/// <summary>All slots for one function while it is alone, half of them for each of two.</summary>
internal static class FairSplit
{
    private const string First = "first", Second = "second";

    /// <summary>Seconds that the parts are watched.</summary>
    private const int Watched = 4;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public static async Task<ScenarioResult> RunAsync(ScenarioContext context, ScenarioResult? result, CancellationToken stop)
    {
        int slots = context.Number("share-slots"), takesMs = context.Number("share-ms");
        int each = slots * 1000 / takesMs * (Watched + 8);
        FunctionBehaviour[] functions = [.. ((string[])[First, Second]).Select(name => new FunctionBehaviour(name) { Takes = TimeSpan.FromMilliseconds(takesMs) })];
        await using LoadSite site = await context.StartSiteAsync(2 * each, functions, stop, maxInflight: slots);
        result ??= context.NewResult(site);
        await site.Queue.FillAsync(each, static _ => First, stop);
        site.StartWorker(("scaling_mode", "function"));
        FunctionBook first = site.Functions[First], second = site.Functions[Second];
        await LimitedSite.UntilAsync(() => first.Running >= slots, Patience, stop);
        result.Add("split: calls of one function alone", first.MostRunning, "F0");

        for (int call = each; call < 2 * each - 1; call++)
        {
            await site.Queue.Publisher.PublishAsync(call, Second, stop);
        }

        long published = TimeProvider.System.GetTimestamp();
        await site.Queue.Publisher.StoreAsync((2 * each) - 1, Second, stop);
        await LimitedSite.UntilAsync(() => second.Running >= slots * 9 / 20, Patience, stop);
        result.Add("split: s until the second function has nine tenths of its half", TimeProvider.System.GetElapsedTime(published).TotalSeconds, "F2");

        // One wave more, so that what began before is over.
        await Task.Delay(takesMs, stop);
        (double ofFirst, double ofSecond) = await MeanAsync(first, second, stop);
        result.Add("split: mean calls of the first of two", ofFirst, "F1");
        result.Add("split: mean calls of the second of two", ofSecond, "F1");
        Judge(context, result, slots, first.MostRunning, ofFirst, ofSecond);

        foreach (FunctionBehaviour function in functions)
        {
            function.Takes = TimeSpan.Zero;
        }

        await Watch.ArrivedAsync(site, 2 * each, null, stop);
        await site.Queue.SettledAsync(TimeSpan.FromSeconds(60), stop);
        result.Problems.AddRange((await site.FinishAsync(stop)).Select(static problem => $"split: {problem}"));
        return result;
    }

    private static async Task<(double First, double Second)> MeanAsync(FunctionBook first, FunctionBook second, CancellationToken stop)
    {
        long from = TimeProvider.System.GetTimestamp(), busyFirst = first.Busy(from), busySecond = second.Busy(from);
        await Task.Delay(TimeSpan.FromSeconds(Watched), stop);
        long to = TimeProvider.System.GetTimestamp();
        return ((double)(first.Busy(to) - busyFirst) / (to - from), (double)(second.Busy(to) - busySecond) / (to - from));
    }

    private static void Judge(ScenarioContext context, ScenarioResult result, int slots, int alone, double first, double second)
    {
        double off = context.Number("share-percent") / 100.0;
        if (alone != slots)
        {
            result.Problems.Add($"split: one function alone had {alone} of {slots} slots");
        }

        foreach (double mean in (double[])[first, second])
        {
            if (Math.Abs(mean - (slots / 2.0)) > slots / 2.0 * off)
            {
                result.Problems.Add(FormattableString.Invariant($"split: one of two functions had {mean:F1} of {slots} slots"));
            }
        }
    }
}
