namespace Paddlewheel.Perf.Scenarios;

/// <summary>All replicas, then one, then all again, with calls waiting all the time: how fast is it followed, and what does it cost.</summary>
internal static class CapacityDrop
{
    /// <summary>Rejections in this time after a fall are its own; what comes later is probing.</summary>
    private static readonly TimeSpan Counted = TimeSpan.FromSeconds(3);

    public static async Task<ScenarioResult> RunAsync(ScenarioContext context, ScenarioResult? result, CancellationToken stop)
    {
        int replicas = context.Number("replicas"), slots = context.Number("slots"), drops = context.Number("drops"), takesMs = context.Number("call-ms");

        // Never without a backlog: what could run in full and in low capacity, in the patience with a rise, and then some.
        int seconds = context.Number("drop-seconds"), perSecond = slots * 1000 / takesMs;
        int calls = (drops * ((perSecond * replicas * (seconds + 5)) + (perSecond * seconds))) + (6 * replicas * slots);
        Progress.Say($"drop: {calls} calls, {replicas * slots} slots to {slots} and back");
        await using LimitedSite limited = await LimitedSite.StartAsync(context, calls, replicas, stop);
        result ??= context.NewResult(limited.Site);
        await limited.BeginAsync(context, greedy: false, stop);
        for (int drop = 1; drop <= drops; drop++)
        {
            await DropAsync(context, result, limited, drop, stop);
        }

        // What is left is not part of it.
        limited.Behaviour.Takes = TimeSpan.Zero;
        await Watch.ArrivedAsync(limited.Site, calls, null, stop);
        await limited.Site.Queue.SettledAsync(TimeSpan.FromSeconds(60), stop);
        result.Problems.AddRange((await limited.Site.FinishAsync(stop)).Select(static problem => $"drop: {problem}"));
        return result;
    }

    private static async Task DropAsync(ScenarioContext context, ScenarioResult result, LimitedSite limited, int drop, CancellationToken stop)
    {
        int replicas = context.Number("replicas"), slots = limited.Replicas.Slots;
        TimeSpan seconds = TimeSpan.FromSeconds(context.Number("drop-seconds"));
        await Task.Delay(seconds, stop);
        int full = limited.Replicas.Running, rejected = limited.Book.Rejected;
        limited.Replicas.Scale(1, TimeProvider.System.GetTimestamp());
        Task window = Task.Delay(Counted, stop);
        double down = await LimitedSite.UntilAsync(() => limited.Book.Running <= slots, seconds, stop);
        await window;
        rejected = limited.Book.Rejected - rejected;
        await Task.Delay(seconds - Counted, stop);

        limited.Replicas.Scale(replicas, TimeProvider.System.GetTimestamp());
        // Nine tenths: between the end of a call and the begin of the next a slot is empty, and short calls end often.
        int most = replicas * slots * 9 / 10;
        double up = await LimitedSite.UntilAsync(() => limited.Replicas.Running >= most, TimeSpan.FromSeconds(20), stop);
        string name = $"drop {drop}";
        result.Add($"{name}: calls at one time before", full, "F0");
        result.Add($"{name}: down, s", down, "F2");
        result.Add($"{name}: 429 answers in 3 s", rejected, "F0");
        result.Add($"{name}: up, s", up, "F2");
        double within = context.Number("follow-ms") / 1000.0;
        foreach ((string way, double took) in ((string, double)[])[("down", down), ("up", up)])
        {
            if (took > within)
            {
                result.Problems.Add(FormattableString.Invariant($"{name}: {took:F1} s {way}, {within:F1} s are allowed"));
            }
        }

        if (rejected > context.Number("drop-rejected"))
        {
            result.Problems.Add($"{name}: {rejected} calls were rejected in 3 s, {context.Number("drop-rejected")} are allowed");
        }
    }
}
