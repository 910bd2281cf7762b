using System.Globalization;
using Paddlewheel.Engine.Integration.Support;
using Xunit;

namespace Paddlewheel.Engine.Integration;

/// <summary>A function three times as long as <c>ack_wait</c> runs once: the lease is kept while it works.</summary>
public sealed class LongFunctionTests
{
    [Fact(Timeout = Timeouts.Short)]
    [Trait("Category", "fast")]
    public Task NineSeconds_AckWaitThree_RunsOnce() =>
        RunsOnceAsync(TimeSpan.FromSeconds(9), ackWaitSeconds: 3, TestContext.Current.CancellationToken);

    [Fact(Timeout = Timeouts.Medium, Skip = "takes 90 seconds: set PADDLEWHEEL_LONG=1", SkipUnless = nameof(Amounts.InFull), SkipType = typeof(Amounts))]
    [Trait("Category", "long")]
    public Task NinetySeconds_AckWaitThirty_RunsOnce() =>
        RunsOnceAsync(TimeSpan.FromSeconds(90), ackWaitSeconds: 30, TestContext.Current.CancellationToken);

    private static async Task RunsOnceAsync(TimeSpan length, int ackWaitSeconds, CancellationToken stop)
    {
        await using Site site = await Site.StartAsync(stop);
        site.Functions.On("long", Behaviours.Takes(length));
        (string, string)[] environment =
            [("ack_wait", string.Create(CultureInfo.InvariantCulture, $"{ackWaitSeconds}s")), ("upstream_timeout", "5m"), ("max_inflight", "5")];

        // The second replica would get the message the moment its lease ran out.
        await using WorkerProcess worker = await site.StartWorkerAsync(stop, environment);
        await using WorkerProcess other = await site.StartWorkerAsync(stop, environment);
        await site.Queue.PublishAsync("long", 3, stop);
        await site.Functions.Ended.CountAsync("three long calls end", 3, length + TimeSpan.FromSeconds(20), stop);
        await site.Queue.SettledAsync(TimeSpan.FromSeconds(20), stop);

        Balance balance = site.Queue.Accounts.Against(site.Functions);
        balance.AssertNothingLost();
        Assert.Equal(0, balance.Duplicates);
        Assert.DoesNotContain(site.Functions.Ended.Snapshot(), static call => call.Aborted);
    }
}
