using Paddlewheel.Engine.Lanes;
using Paddlewheel.Engine.Tests.Timing;
using Xunit;

namespace Paddlewheel.Engine.Tests.Lanes.Adaptive;

public sealed class AdaptiveLimitTests
{
    private readonly HandClock _clock = new();
    private readonly AdaptiveLimit _limit;

    public AdaptiveLimitTests() => _limit = new(new AdaptiveRules(), _clock, new Random(1));

    [Fact]
    public void Limit_NothingKnown_IsOneCall()
    {
        Assert.Equal(1, _limit.Limit);
        _limit.Started();
        Assert.Equal(1, _limit.Limit);
    }

    [Fact]
    public void Tick_NothingEverAccepted_StillProbesOneAtATime()
    {
        int calls = 0;
        for (int i = 0; i < 1_200; i++)
        {
            Tick();
            if (_limit.Limit > 0)
            {
                Assert.Equal(1, _limit.Limit);
                calls++;
                End(_limit.Started(), CallOutcome.Rejected);
                Assert.Equal(0, _limit.Limit);
            }
        }

        // A minute, one probe every 1 to 2 s.
        Assert.InRange(calls, 28, 58);
    }

    [Fact]
    public void Tick_NoBacklog_DoesNotProbe()
    {
        End(_limit.Started(), CallOutcome.Rejected);
        for (int i = 0; i < 200; i++)
        {
            Tick(backlog: false);
        }

        Assert.Equal((0, 0L), (_limit.Limit, _limit.Probes));
    }

    [Fact]
    public void Finished_Failed_NeitherRaisesNorCuts()
    {
        _limit.Hint(5);
        for (int i = 0; i < 50; i++)
        {
            End(_limit.Started(), CallOutcome.Failed);
        }

        Assert.Equal((5, 0L), (_limit.Learned, _limit.Rejections));
    }

    [Fact]
    public void Finished_SucceededInFullUse_Raises()
    {
        End(_limit.Started(), CallOutcome.Succeeded);
        Assert.Equal(2, _limit.Limit);
        End(_limit.Started(), CallOutcome.Succeeded);
        Assert.Equal(2, _limit.Limit);
    }

    [Fact]
    public void Finished_Rejected_LimitIsWhatStillRuns()
    {
        _limit.Hint(8);
        long[] calls = [.. Enumerable.Range(0, 8).Select(_ => _limit.Started())];
        _clock.Move(TimeSpan.FromMilliseconds(2));
        foreach (long call in calls[5..])
        {
            Assert.False(_limit.Finished(call, CallOutcome.Rejected));
        }

        Assert.Equal((5, 5), (_limit.Limit, _limit.Inflight));
    }

    [Fact]
    public void Hint_AfterTheFirstAnswer_ChangesNothing()
    {
        End(_limit.Started(), CallOutcome.Rejected);
        _limit.Hint(50);
        Assert.Equal(0, _limit.Limit);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(0)]
    public void Tick_Ceiling_BoundsTheLimitButNotWhatIsLearned(int ceiling)
    {
        _limit.Hint(20);
        _limit.Tick(true, ceiling);
        Assert.Equal((ceiling, 20), (_limit.Limit, _limit.Learned));
        _limit.Tick(true, 300);
        Assert.Equal(20, _limit.Limit);
    }

    [Fact]
    public void Tick_NotInFullUseForLong_ForgetsDownToWhatIsUsed()
    {
        _limit.Hint(40);
        long[] calls = [_limit.Started(), _limit.Started()];
        for (int i = 0; i < 620; i++)
        {
            Tick(backlog: false);
        }

        Assert.Equal(2, _limit.Learned);
        Assert.Equal(2, calls.Length);
    }

    [Fact]
    public void Started_ManyAtOnce_FewGoFirst()
    {
        _limit.Hint(40);
        int started = 0;
        while (_limit.Limit > _limit.Inflight)
        {
            _limit.Started();
            started++;
        }

        Assert.Equal(new AdaptiveRules().Scouts, started);
        for (int i = 0; i < 10; i++)
        {
            Tick();
            while (_limit.Limit > _limit.Inflight)
            {
                _limit.Started();
            }
        }

        Assert.InRange(_limit.Inflight, 40, 300);
    }

    private void Tick(bool backlog = true)
    {
        _clock.Move(TimeSpan.FromMilliseconds(50));
        _limit.Tick(backlog, 300);
    }

    private void End(long call, CallOutcome outcome)
    {
        _clock.Move(TimeSpan.FromMilliseconds(2));
        _limit.Finished(call, outcome);
    }
}
