using System.Globalization;

namespace Paddlewheel.Perf.Scenarios;

/// <summary>What lanes cost one worker and its nats-server: asleep, with a call now and then, and all of them with a backlog.</summary>
internal sealed class LaneCost : IScenario
{
    private const int QueuedEach = 3;

    /// <summary>Lanes beyond those that listen are parked by now, and what they had asked for has expired (5 s).</summary>
    private static readonly TimeSpan ToSleep = TimeSpan.FromSeconds(8);

    public string Name => "lane-cost";

    public string What => "memory, processor time, server messages and connections of idle and busy lanes, by their number";

    public IReadOnlyList<Setting> Settings { get; } =
    [
        new("lanes", "0,1,100,1000,2000", "numbers of functions, one worker each time") { Quick = "0,100", Check = Numbers },
        Setting.Number("seconds", 10, "how long each state is watched", quick: 4, least: 1),
        Setting.Number("per-second", 200, "calls a second to all lanes in turn, in the state with a call now and then", least: 1),
        Setting.Number("max-inflight", 64, "calls that the worker may run at once", least: 1),
        Setting.Number("function-ms", 10, "how long a call runs"),
        Setting.Number("idle-messages", 60, "gate: messages a second to the server while all lanes are idle", least: 1),
        Setting.Number("body", 16, "bytes of a call's body"),
    ];

    public async Task<ScenarioResult> RunAsync(ScenarioContext context, CancellationToken stop)
    {
        ScenarioResult? result = null;
        foreach (string number in context.Settings.Text("lanes").Split(','))
        {
            result = await OfAsync(context, result, int.Parse(number, CultureInfo.InvariantCulture), stop);
        }

        return result!;
    }

    private static async Task<ScenarioResult> OfAsync(ScenarioContext context, ScenarioResult? result, int lanes, CancellationToken stop)
    {
        Progress.Say($"{lanes} lanes");
        TimeSpan seconds = TimeSpan.FromSeconds(context.Number("seconds")), takes = TimeSpan.FromMilliseconds(context.Number("function-ms"));
        int now = lanes == 0 ? 0 : (int)(context.Number("per-second") * seconds.TotalSeconds), queued = QueuedOf(lanes, context.Number("max-inflight")), total = lanes + now + queued;
        FunctionBehaviour[] functions = [.. Enumerable.Range(0, Math.Max(1, lanes)).Select(lane => new FunctionBehaviour(NameOf(lane)) { Takes = takes })];
        await using LoadSite site = await context.StartSiteAsync(total, functions, stop);
        result ??= context.NewResult(site);
        await site.StartWorker(("scaling_mode", "function"), ("consumer_inactive_threshold", "1h")).ReadyAsync(stop);
        string Of(int call) => NameOf(call % lanes);

        await SendAsync(site, 0, lanes, Of, stop);
        await Watch.ArrivedAsync(site, lanes, null, stop);
        await site.Queue.SettledAsync(TimeSpan.FromSeconds(60), stop);
        await Task.Delay(ToSleep, stop);
        LaneMeter idle = await LaneMeter.StartAsync(site, stop);
        await Task.Delay(seconds, stop);
        double messages = await idle.AddAsync(result, $"{lanes} lanes, idle", stop);
        if (messages > context.Number("idle-messages"))
        {
            result.Problems.Add(FormattableString.Invariant($"{lanes} idle lanes: {messages:F0} messages a second to the server, {context.Number("idle-messages")} are allowed"));
        }

        if (lanes > 0)
        {
            LaneMeter light = await LaneMeter.StartAsync(site, stop);
            await OpenModel.SendAsync(site, site.Queue.Publisher, lanes, now, context.Number("per-second"), Of, stop);
            await light.AddAsync(result, $"{lanes} lanes, a call now and then", stop);
            await Watch.ArrivedAsync(site, lanes + now, null, stop);
        }

        if (queued > 0)
        {
            // So slow that the backlog lasts for the time that is watched.
            double drainMs = seconds.TotalMilliseconds * context.Number("max-inflight") / queued;
            Array.ForEach(functions, function => function.Takes = TimeSpan.FromMilliseconds(Math.Clamp(drainMs, 1, 1000)));
            await SendAsync(site, lanes + now, queued, Of, stop);
            LaneMeter busy = await LaneMeter.StartAsync(site, stop);
            await LimitedSite.UntilAsync(() => site.Book.Arrived == total, seconds * 0.8, stop);
            await busy.AddAsync(result, $"{lanes} lanes, all with a backlog", stop);
            await Watch.ArrivedAsync(site, total, null, stop);
        }

        await site.Queue.SettledAsync(TimeSpan.FromSeconds(60), stop);
        result.Problems.AddRange((await site.FinishAsync(stop)).Select(problem => $"{lanes} lanes: {problem}"));
        return result;
    }

    // A few lanes would be done with it before a look.
    private static int QueuedOf(int lanes, int slots) => lanes < slots ? 0 : lanes * QueuedEach;

    private static async Task SendAsync(LoadSite site, int first, int count, Func<int, string> functionOf, CancellationToken stop)
    {
        for (int call = first; call < first + count; call++)
        {
            ValueTask sending = call == first + count - 1 ? new(site.Queue.Publisher.StoreAsync(call, functionOf(call), stop)) : site.Queue.Publisher.PublishAsync(call, functionOf(call), stop);
            await sending;
        }
    }

    private static string? Numbers(string text) =>
        text.Split(',').All(static it => int.TryParse(it, NumberStyles.None, CultureInfo.InvariantCulture, out _)) ? null : "whole numbers with commas are needed";

    private static string NameOf(int lane) => string.Create(CultureInfo.InvariantCulture, $"fn-{lane}");
}
