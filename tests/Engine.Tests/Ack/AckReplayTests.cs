using Paddlewheel.Engine.Ack;
using Paddlewheel.Engine.Telemetry;
using Paddlewheel.Engine.Tests.Timing;
using Xunit;

namespace Paddlewheel.Engine.Tests.Ack;

public sealed class AckReplayTests
{
    private readonly HandClock _clock = new();

    [Fact]
    public void Since_WithinTheWindowBeforeTheBreakAndAfterIt_OldestFirst()
    {
        AckReplay replay = new(_clock);
        replay.Remember("old", AckKind.Ack);
        _clock.Move(TimeSpan.FromMilliseconds(10));
        replay.Remember("inside", AckKind.Term);
        _clock.Move(AckReplay.Window - TimeSpan.FromMilliseconds(1));
        long brokenAt = _clock.Timestamp;
        _clock.Move(TimeSpan.FromSeconds(30));
        replay.Remember("after", AckKind.Ack);
        Assert.Equal([("inside", AckKind.Term), ("after", AckKind.Ack)], replay.Since(brokenAt));
    }

    [Fact]
    public void Since_MoreThanItKeeps_TheLast()
    {
        AckReplay replay = new(_clock);
        for (int i = 0; i < AckReplay.Capacity + 10; i++)
        {
            replay.Remember($"{i}", AckKind.Ack);
        }

        List<string> kept = [.. replay.Since(_clock.Timestamp).Select(entry => entry.ReplyTo)];
        Assert.Equal(AckReplay.Capacity, kept.Count);
        Assert.Equal(("10", $"{AckReplay.Capacity + 9}"), (kept[0], kept[^1]));
    }

    [Fact]
    public void Since_NothingSent_IsEmpty() => Assert.Empty(new AckReplay(_clock).Since(_clock.Timestamp));
}
