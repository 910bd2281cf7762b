using Paddlewheel.Engine.Judge;
using Paddlewheel.Engine.Options;
using Paddlewheel.Engine.Tests.Wire;
using Paddlewheel.Engine.Wire;
using Xunit;

namespace Paddlewheel.Engine.Tests.Judge;

public sealed class QuarantineTests
{
    private static readonly Envelope Plain = Reading.Good("""{"Function":"f"}""");

    [Theory]
    [InlineData(100, 10, 111, false)]
    [InlineData(100, 10, 112, true)]
    [InlineData(0, 10, 11, false)]
    [InlineData(0, 10, 12, true)]
    [InlineData(-5, 10, 12, true)]
    [InlineData(0, 1, 2, false)]
    [InlineData(0, 1, 3, true)]
    [InlineData(int.MaxValue, 10, int.MaxValue, false)]
    [InlineData(100, 1_000_000, 1_000_101, false)]
    [InlineData(100, 1_000_000, 1_000_102, true)]
    public void Holds_BeyondEveryTryAndTheMargin_Only(int attempts, int margin, int deliveryCount, bool held) =>
        Assert.Equal(held, Of(attempts, margin).Holds(Plain, deliveryCount));

    [Theory]
    [InlineData("200", 211, false)]
    [InlineData("200", 212, true)]
    [InlineData("1", 12, false)]
    [InlineData("1", 13, true)]
    [InlineData("none", 111, false)]
    public void Holds_AnnotationChangesTheRetries_SoDoesTheBound(string attempts, int deliveryCount, bool held)
    {
        Envelope annotated = Reading.Good($$$"""{"Function":"f","Annotations":{"com.openfaas.retry.attempts":"{{{attempts}}}"}}""");

        Assert.Equal(held, Of(100, 10).Holds(annotated, deliveryCount));
    }

    [Fact]
    public void Holds_MarginZero_NeverDoes() => Assert.False(Of(0, 0).Holds(Plain, int.MaxValue));

    [Fact]
    public void Holds_EveryDeliveryThatARetryCanMake_IsLetThrough()
    {
        RetryPolicy policy = RetryPolicy.From(new EngineOptions());
        Quarantine quarantine = new(new RetryPolicies(policy), margin: 1);
        InvocationResult failed = new() { Status = 503 };

        int delivery = 1;
        while (RetryJudge.Decide(policy, delivery, failed, DateTimeOffset.UnixEpoch, new Random(1)).Kind == VerdictKind.Retry)
        {
            Assert.False(quarantine.Holds(Plain, delivery++));
        }

        Assert.Equal(101, delivery);
        Assert.False(quarantine.Holds(Plain, delivery));
    }

    private static Quarantine Of(int attempts, int margin) => new(new RetryPolicies(RetryPolicy.From(new EngineOptions { MaxRetryAttempts = attempts })), margin);
}
