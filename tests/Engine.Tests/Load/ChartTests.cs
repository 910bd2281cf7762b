using Paddlewheel.Perf.Load;
using Xunit;

namespace Paddlewheel.Engine.Tests.Load;

public sealed class ChartTests
{
    [Theory]
    [InlineData(0, 97, 4, new double[] { 0, 25, 50, 75, 100 })]
    [InlineData(0, 0, 4, new double[] { 0, 0.25, 0.5, 0.75, 1 })]
    [InlineData(0, 1.4, 4, new[] { 0, 0.5, 1, 1.5 })]
    public void Linear_Range_IsHeldByRoundNumbers(double from, double to, int count, double[] expected) => Assert.Equal(expected, Ticks.Linear(from, to, count));

    [Fact]
    public void Logarithmic_Range_IsHeldByPowersOfTen() => Assert.Equal([1, 10, 100, 1000, 10_000], Ticks.Logarithmic(1, 4096));

    [Theory]
    [InlineData(1500, "1.5k")]
    [InlineData(2_000_000, "2M")]
    [InlineData(0.25, "0.25")]
    public void Text_Number_IsShort(double value, string expected) => Assert.Equal(expected, Ticks.Text(value));

    [Fact]
    public void Render_NothingToShow_SaysSo() => Assert.Contains("nothing to show", new Chart("t", "x", "y").Render(), StringComparison.Ordinal);

    [Theory]
    [InlineData(10, 30_000.5, new[] { ">1<", ">2<", ">3<" }, new[] { ">1.5<", ">2.5<" })]
    [InlineData(0, 2, new[] { ">0<", ">1<", ">2<" }, new[] { ">0.5<", ">1.5<" })]
    public void Render_WholeNumbers_HaveNoHalvesBetweenThem(double first, double last, string[] there, string[] notThere)
    {
        Chart chart = new("t", "workers", "runs");
        chart.Lines.Add(new Line("a", [(1, first), (2, last), (3, first)]));
        string svg = chart.Render();
        Assert.All(there, it => Assert.Contains(it, svg, StringComparison.Ordinal));
        Assert.All(notThere, it => Assert.DoesNotContain(it, svg, StringComparison.Ordinal));
    }

    [Fact]
    public void Plan_LargeBodies_FitOnTheDisk()
    {
        IReadOnlyList<PlannedCurve> plan = CurvePlan.All(30_000, 30_000, 1_000_000, quick: false);
        Assert.Equal(["max_inflight", "body", "lanes", "backlog", "replicas", "nodes"], plan.Select(static it => it.Name));
        Assert.All(plan.SelectMany(static it => it.Points), static point =>
        {
            Assert.True((long)point.Body * (point.Messages + point.Warmup) <= 257L << 20, $"{point}");
            Assert.True(point.Messages > 100, $"{point}");
        });
        Assert.Equal(1_000_000, plan[3].Points[^1].Messages + plan[3].Points[^1].Warmup);
    }
}
