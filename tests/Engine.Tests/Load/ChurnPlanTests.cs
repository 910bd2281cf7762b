using Paddlewheel.Perf.Scenarios;
using Xunit;

namespace Paddlewheel.Engine.Tests.Load;

public sealed class ChurnPlanTests
{
    private readonly ChurnPlan _plan = new(TimeSpan.FromMinutes(30), TimeSpan.FromSeconds(15), alive: 30, TimeSpan.FromSeconds(2));

    [Fact]
    public void Steps_ModeChangesTwiceAndEndsWhereItBegan()
    {
        Assert.Equal(["static", "function"], _plan.Steps.Where(static step => step.IsSwitch).Select(static step => step.Mode));
        Assert.Equal(ChurnPlan.FirstMode, _plan.Steps.Last(static step => step.IsSwitch).Mode);
    }

    [Fact]
    public void Steps_InOrder_NoReplacementMeetsAChangeOfMode()
    {
        Assert.Equal(_plan.Steps.OrderBy(static step => step.At), _plan.Steps);
        Assert.All(_plan.Steps.Zip(_plan.Steps.Skip(1)), static pair => Assert.True(pair.Second.At - pair.First.At >= TimeSpan.FromSeconds(7.5), $"{pair}"));
        Assert.InRange(_plan.Steps.Count, 115, 121);
    }

    [Fact]
    public void FunctionAt_OneMoment_AllThatAreAliveAndNoOther()
    {
        int[] called = [.. Enumerable.Range(0, 300).Select(call => _plan.FunctionAt(TimeSpan.FromSeconds(101), call)).Distinct().Order()];
        Assert.Equal(Enumerable.Range(50, 30), called);
    }

    // The lane must be able to go before the function is called again.
    [Fact]
    public void FunctionAt_AfterItsTime_GoneAndThenBack()
    {
        int name = _plan.FunctionAt(TimeSpan.Zero, 0);
        Assert.Equal(TimeSpan.FromMinutes(3), _plan.Away);
        Assert.DoesNotContain(name, Enumerable.Range(0, 30).Select(call => _plan.FunctionAt(TimeSpan.FromSeconds(3), call)));
        Assert.Contains(name, Enumerable.Range(0, 30).Select(call => _plan.FunctionAt(_plan.Away + TimeSpan.FromSeconds(3), call)));
    }
}
