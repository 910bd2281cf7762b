using Paddlewheel.Perf.Scenarios;
using Xunit;

namespace Paddlewheel.Engine.Tests.Load;

public sealed class LatenciesTests
{
    private static readonly long Millisecond = TimeProvider.System.TimestampFrequency / 1000;

    /// <summary>
    /// Ten calls, one every 10 ms; the sender stands still for 50 ms at the fourth and sends what it missed at once. From the time of
    /// sending only nothing would have happened.
    /// </summary>
    [Fact]
    public void Add_StallOfTheSender_IsFeltByEveryCallThatWasDelayed()
    {
        long[] planned = [.. Enumerable.Range(0, 10).Select(static i => 1 + (i * 10 * Millisecond))];
        long[] arrived = [.. planned.Select(static (at, i) => Math.Max(at, i >= 3 ? 1 + (80 * Millisecond) : 0) + Millisecond)];
        ScenarioResult result = Results.Of("rate");
        Latencies.Add(result, "planned", Enumerable.Range(0, 10), call => (planned[call], arrived[call]));
        Assert.Equal(51, result["planned, max, ms"], 0.1);
        Assert.Equal(41, result["planned, p90, ms"], 0.1);
        Assert.Equal(10, result.Distributions[^1].Count);
    }

    [Fact]
    public void Add_CallThatNeverArrived_IsNotCounted()
    {
        ScenarioResult result = Results.Of("rate");
        Latencies.Add(result, "planned", [0, 1], static call => (Millisecond, call == 0 ? 3 * Millisecond : 0));
        Assert.Equal(2, result["planned, max, ms"], 0.01);
        Assert.Equal(1, result.Distributions[^1].Count);
    }

    [Fact]
    public void Busy_TwoReadings_GiveTheMeanNumberOfRuns()
    {
        FunctionBook book = new();
        long from = book.Busy(1000);
        Assert.True(book.TryEnter(0, 1000));
        Assert.True(book.TryEnter(0, 1500));
        book.Leave(2000);
        Assert.Equal(1.5, (book.Busy(2000) - from) / 1000.0);
        Assert.Equal((1, 2, 2), (book.Running, book.MostRunning, book.Runs));
    }

    [Fact]
    public void Sum_MetricWithLabels_AddsItsLinesOnly()
    {
        WorkerMetrics metrics = WorkerMetrics.Parse("# HELP a x\na{function=\"f\"} 2\na{function=\"g\"} 3.5\nab 7\nb 1e3\n");
        Assert.Equal((5.5, 3.5, 1000.0), (metrics.Sum("a"), metrics.Sum("a", "function=\"g\""), metrics.Sum("b")));
        Assert.True(double.IsNaN(metrics.Sum("c")));
    }
}
