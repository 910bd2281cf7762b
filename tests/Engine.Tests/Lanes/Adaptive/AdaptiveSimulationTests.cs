using Xunit;

namespace Paddlewheel.Engine.Tests.Lanes.Adaptive;

/// <summary>What the adaptive limit promises, held in virtual time for every seed. The figures are in ADR 7.</summary>
public sealed class AdaptiveSimulationTests
{
    private const double Ideal = 60;

    public static TheoryData<int> Seeds => [.. Scenarios.Seeds];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Drain_FixedCapacity_IsNearIdealWithFewRejections(int seed)
    {
        Drained run = Scenarios.Fixed(Scenarios.Make(seed));
        Assert.Equal(Scenarios.Messages, run.Succeeded);
        Assert.InRange(run.Seconds, Ideal, Ideal * 1.15);
        Assert.InRange(run.RejectedPart, 0, 0.05);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    public void Drain_FixedCapacityManyWorkers_IsNearIdeal(int workers) => Assert.All(Scenarios.Seeds, seed =>
        Assert.InRange(Scenarios.Fixed(Scenarios.Make(seed), workers).Seconds, Ideal, Ideal * 1.15));

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Drain_AllReplicasAfterOneEvaluation_IsNearWhatIsPossible(int seed)
    {
        double bound = Scenarios.ByDepth(Scenarios.Make(seed, Policy.Oracle)).Seconds;
        Assert.InRange(Scenarios.ByDepth(Scenarios.Make(seed)).Seconds, bound, bound * 1.05);
        Assert.InRange(Scenarios.ByDepth(Scenarios.Make(seed), evaluatedAt: 10).Seconds, Ideal, Ideal * 1.25);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(3, 1)]
    [InlineData(3, 2)]
    [InlineData(3, 3)]
    [InlineData(3, 5)]
    public void Drain_CapacityAutoscaler_IsNearTheBestThatNeverExceedsCapacity(double startSeconds, int workers)
    {
        double bound = Scenarios.ByCapacity(Scenarios.Make(1, Policy.Oracle), startSeconds).Seconds;
        Assert.InRange(bound, 125, 135);
        Assert.All(Scenarios.Seeds, seed =>
            Assert.InRange(Scenarios.ByCapacity(Scenarios.Make(seed), startSeconds, workers).Seconds, bound, bound * 1.15));
    }

    [Fact]
    public void Drain_CapacityAutoscaler_BeatsGreedyWithJitter() => Assert.All(Scenarios.Seeds, seed =>
    {
        Drained greedy = Scenarios.ByCapacity(Scenarios.Make(seed, Policy.Greedy, jitter: true), 3);
        Drained adaptive = Scenarios.ByCapacity(Scenarios.Make(seed), 3);
        Assert.True(adaptive.Seconds * 1.5 < greedy.Seconds && adaptive.Rejected * 20 < greedy.Rejected);
    });

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Drop_FiftyToFiveAndBack_IsFollowedWithin3Seconds(bool kill) => Assert.All(Scenarios.Seeds, seed =>
    {
        Followed run = Scenarios.Drop(Scenarios.Make(seed), kill);
        Assert.InRange(run.Down, 0, 3);
        Assert.InRange(run.Rejected, 1, 20);
        Assert.InRange(run.Up, 0, 3);
    });

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    public void Split_WorkersOfUnequalStart_IsFairAfterAMinute(int workers)
    {
        // The mean of two minutes: at a given moment one worker may have more, and another a little later.
        double[][] splits = [.. Scenarios.Seeds.Select(seed => Scenarios.Split(Scenarios.Make(seed), workers, 180, window: 120))];
        Assert.All(splits, split => Assert.InRange(Scenarios.Jain(split), 0.85, 1));
        Assert.All(splits, split => Assert.InRange(split.Sum(), 47.5, 50));
        Assert.InRange(Scenarios.Median(splits.Select(Scenarios.Jain)), 0.95, 1);
    }

    [Theory]
    [InlineData(0.001)]
    [InlineData(0.02)]
    [InlineData(0.2)]
    [InlineData(2)]
    public void Growth_UnlimitedFunction_ReachesTheCeilingWithin2Seconds(double service) => Assert.All(Scenarios.Seeds, seed =>
        Assert.InRange(Scenarios.Unlimited(Scenarios.Make(seed, slots: 100_000), service), 0, 2));
}
