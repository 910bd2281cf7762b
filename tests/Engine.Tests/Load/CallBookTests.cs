using Paddlewheel.Perf.Load;
using Paddlewheel.Perf.Scenarios;
using Xunit;

namespace Paddlewheel.Engine.Tests.Load;

/// <summary>The judge of every load run: a lost message must not pass.</summary>
public sealed class CallBookTests
{
    [Fact]
    public void Problems_EveryCallOnce_AreNone() => Assert.Empty(Book(3, 0, 1, 2).Problems());

    [Fact]
    public void Problems_OneCallLost_NameIt() =>
        Assert.Equal(["1 of 3 calls were never invoked, the first is 1"], Book(3, 0, 2).Problems());

    [Fact]
    public void Problems_OneCallTwice_NameIt() =>
        Assert.Equal(["1 of 3 calls were invoked more often than they had to be, the first is 2"], Book(3, 0, 1, 2, 2).Problems());

    [Fact]
    public void Problems_CallOfAnotherRun_AreTold() =>
        Assert.Equal(["1 requests named no call of this run"], Book(1, 0, 7).Problems());

    [Fact]
    public void Problems_CallThatMustBeTriedThrice_IsMeasuredByThat()
    {
        Assert.Empty(Book(2, 0, 1, 1, 1).Problems(static call => call == 1 ? 3 : 1));
        Assert.Equal(["1 of 2 calls were tried too seldom, the first is 1"], Book(2, 0, 1).Problems(static call => call == 1 ? 3 : 1));
    }

    [Fact]
    public void Problems_CallThatWasNotMade_MayNotRun()
    {
        Assert.Empty(Book(2, 0).Problems(static call => call == 0 ? 1 : 0));
        Assert.Single(Book(2, 0, 1).Problems(static call => call == 0 ? 1 : 0));
    }

    [Fact]
    public void CallbackProblems_OneMissingOneTwice_NameBoth()
    {
        CallBook book = new(2);
        book.CallBack(1);
        book.CallBack(1);
        Assert.Equal(
            ["1 of 2 results were never posted to the callback, the first is 0", "1 of 2 results were posted more than once, the first is 1"],
            book.CallbackProblems());
    }

    [Fact]
    public void Gate_ScenarioThatLostOne_FailsAndSaysSo()
    {
        ScenarioResult result = Results.Of("drain");
        result.Problems.AddRange(Book(3, 0, 2).Problems());
        GateTable table = new();
        table.Add("drain", result, failure: null, TimeSpan.FromSeconds(1));
        table.Add("rate", Results.Of("rate"), failure: null, TimeSpan.FromSeconds(1));
        Assert.Equal(1, table.Failed);
        Assert.Contains("| drain | FAILED |", table.ToString(), StringComparison.Ordinal);
        Assert.Contains("| rate | ok |", table.ToString(), StringComparison.Ordinal);
        Assert.Contains("- drain: 1 of 3 calls were never invoked", table.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Gate_ScenarioThatCouldNotRun_Fails()
    {
        GateTable table = new();
        table.Add("drain", result: null, "no worker", TimeSpan.FromSeconds(1));
        Assert.Equal(1, table.Failed);
    }

    private static CallBook Book(int calls, params int[] arrivals)
    {
        CallBook book = new(calls);
        Array.ForEach(arrivals, call => book.Arrive(call, 1));
        return book;
    }
}
