using Paddlewheel.Engine.Lanes;
using Xunit;

namespace Paddlewheel.Engine.Tests.Lanes;

public sealed class PendingLimitTests
{
    private readonly PendingLimit _limit = new();

    [Fact]
    public void Observe_LimitMet_IsSaidOncePerEpisode()
    {
        Assert.Equal(PendingLimitChange.None, _limit.Observe(99, 100));
        Assert.Equal(PendingLimitChange.Reached, _limit.Observe(100, 100));
        Assert.Equal(PendingLimitChange.None, _limit.Observe(103, 100));
        Assert.Equal(PendingLimitChange.None, _limit.Observe(91, 100));
        Assert.True(_limit.IsReached);
        Assert.Equal(PendingLimitChange.Left, _limit.Observe(90, 100));
        Assert.Equal(PendingLimitChange.Reached, _limit.Observe(100, 100));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void Observe_NoLimit_IsNeverReached(long none)
    {
        Assert.Equal(PendingLimitChange.None, _limit.Observe(1_000_000, none));
        Assert.False(_limit.IsReached);
    }

    [Fact]
    public void Observe_LimitTakenAway_EndsTheEpisode()
    {
        Assert.Equal(PendingLimitChange.Reached, _limit.Observe(10, 10));
        Assert.Equal(PendingLimitChange.Left, _limit.Observe(10, -1));
    }

    [Fact]
    public void Observe_LimitOfOne_EndsWhenNothingIsPending()
    {
        Assert.Equal(PendingLimitChange.Reached, _limit.Observe(1, 1));
        Assert.Equal(PendingLimitChange.Left, _limit.Observe(0, 1));
    }
}
