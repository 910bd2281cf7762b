using Paddlewheel.Perf.Scenarios;
using Xunit;

namespace Paddlewheel.Engine.Tests.Load;

/// <summary>The bound of the adaptive benchmark, against what can be worked out by hand and against the model of ADR 7.</summary>
public sealed class BestPossibleTests
{
    // Named by text: the kinds are not public, as a test's parameters have to be.
    [Theory]
    [InlineData("Fixed", 0, 60, 600)]
    [InlineData("Depth", 0, 75, 615)]
    [InlineData("Capacity", 0, 128, 606)]
    [InlineData("Capacity", 3, 130, 606)]
    public void Drain_PublishedBenchmark_IsTheBestOfTheModel(string kind, double starts, double seconds, double replicaSeconds)
    {
        (double took, double paid) = BestPossible.Drain(1500, 2, new Autoscaler(Enum.Parse<ScalerKind>(kind), 5, 10, 15, starts));
        Assert.Equal(seconds, took, 1.0);
        Assert.Equal(replicaSeconds, paid, 15.0);
    }

    [Fact]
    public void Drain_LessThanOneWave_IsOneCall() =>
        Assert.Equal((2, 20), BestPossible.Drain(7, 2, new Autoscaler(ScalerKind.Fixed, 5, 10, 15, 0)));

    [Theory]
    [InlineData("Capacity", 5, 1, 2)]
    [InlineData("Capacity", 4, 1, 1)]
    [InlineData("Capacity", 0, 1, 1)]
    [InlineData("Capacity", 0, 4, 4)]
    [InlineData("Capacity", 500, 9, 10)]
    [InlineData("Depth", 0, 1, 10)]
    public void Desired_InFlight_AsPublished(string kind, int running, int now, int desired) =>
        Assert.Equal(desired, new Autoscaler(Enum.Parse<ScalerKind>(kind), 5, 10, 15, 3).Desired(running, now));
}
