using NBomber.Contracts.Stats;
using NBomber.CSharp;
using Paddlewheel.Perf.NBomberRun;
using Paddlewheel.Perf.Scenarios;
using Xunit;

namespace Paddlewheel.Engine.Tests.Load;

public sealed class NBomberAdapterTests
{
    [Fact]
    public void Run_OpenPlan_InjectsAtItsRateAndCountsWhatFailed()
    {
        Assert.True(ToolPlan.TryParse(["--per-second", "200", "--seconds", "7", "--warmup-seconds", "0", "--out", "folder"], out ToolPlan plan, out _));
        int calls = 0;
        Assert.Equal(1, Adapter.Run(plan, _ => Task.FromResult(new CallOutcome(++calls != 2, 1, "late")), TestContext.Current.CancellationToken));
        RunnerContext told = NBomberRunner.Last!;
        Assert.Equal((3, "200 per 1 s for 7 s", TimeSpan.Zero, "folder"), (calls, told.Scenario.LoadWas, told.Scenario.WarmUpWas, told.Folder));
        Assert.Contains(ReportFormat.Html, told.Formats);
    }

    [Fact]
    public void Run_ClosedPlan_KeepsItsCallers()
    {
        Assert.True(ToolPlan.TryParse(["--model", "closed", "--clients", "9", "--seconds", "7"], out ToolPlan plan, out _));
        Assert.Equal(0, Adapter.Run(plan, static _ => Task.FromResult(new CallOutcome(true, 1, "")), TestContext.Current.CancellationToken));
        RunnerContext told = NBomberRunner.Last!;
        Assert.Equal(("9 for 7 s", TimeSpan.FromSeconds(5)), (told.Scenario.LoadWas, told.Scenario.WarmUpWas));
    }

    [Fact]
    public void MostCalls_OpenPlan_HasRoomForWarmUpAndASecondMore()
    {
        Assert.True(ToolPlan.TryParse(["--per-second", "200", "--seconds", "7", "--warmup-seconds", "2"], out ToolPlan plan, out _));
        Assert.Equal(2_000, plan.MostCalls);
    }

    [Fact]
    public void TryParse_WrongValue_NamesIt()
    {
        Assert.False(ToolPlan.TryParse(["--model", "half"], out _, out string problem));
        Assert.StartsWith("--model half: ", problem, StringComparison.Ordinal);
    }
}
