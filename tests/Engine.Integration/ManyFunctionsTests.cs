using System.Diagnostics;
using System.Globalization;
using Paddlewheel.Engine.Integration.Support;
using Xunit;

namespace Paddlewheel.Engine.Integration;

/// <summary>More functions than slots, and more than can keep a pull open (contract 7.1).</summary>
[Trait("Category", "fast")]
public sealed class ManyFunctionsTests
{
    private const int CallsEach = 5;

    private static readonly TimeSpan Within = TimeSpan.FromSeconds(120);

    [Fact(Timeout = Timeouts.Medium)]
    public async Task ManyFunctions_FewSlots_AllAreServedInTurn()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using Site site = await Site.StartAsync(stop);
        string[] names = [.. Enumerable.Range(0, Amounts.Functions).Select(static i => "fn-" + i)];
        foreach (string name in names)
        {
            site.Functions.On(name, Behaviours.Takes(TimeSpan.FromMilliseconds(5)));
        }

        await using WorkerProcess worker = await site.StartFunctionWorkerAsync(stop, ("max_inflight", "20"));
        double idle = (await worker.MetricsAsync(stop)).Sum("process_working_set_bytes");
        long began = Stopwatch.GetTimestamp();
        await site.Queue.PublishAsync(names.SelectMany(static name => Enumerable.Range(0, CallsEach).Select(_ => Call.To(name))), stop);
        await site.Functions.Ended.CountAsync("every call", names.Length * CallsEach, Within, stop);
        TimeSpan took = Stopwatch.GetElapsedTime(began);
        await site.Queue.EmptyAsync(Within, stop);

        MetricsPage page = await worker.MetricsAsync(stop);
        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{names.Length} functions, {names.Length * CallsEach} calls in {took.TotalSeconds:F1} s; working set {idle / 1e6:F0} MB idle, {page.Sum("process_working_set_bytes") / 1e6:F0} MB after; {page.Sum("paddlewheel_lanes")} lanes awake"));
        Balance balance = site.Queue.Accounts.Against(site.Functions);
        balance.AssertNothingLost();
        Assert.Equal(0, balance.Duplicates);
        Assert.True(site.Functions.RunningMost <= 20, $"{site.Functions.RunningMost} at once");
        Assert.Equal(names.Length, page.Of("queue_worker_pending_messages").Count(static s => s.Labels["function_name"].StartsWith("fn-", StringComparison.Ordinal)));
    }
}
