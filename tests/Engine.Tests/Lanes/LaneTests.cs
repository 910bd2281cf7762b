using Paddlewheel.Engine.Lanes;
using Paddlewheel.Engine.Tests.Deliveries;
using Xunit;

namespace Paddlewheel.Engine.Tests.Lanes;

public sealed class LaneTests
{
    [Fact]
    public void SlotFreed_CountsAndTells()
    {
        Lane lane = new Bench().Lane;
        int told = 0;
        lane.OnRoomMade(() => told++);
        lane.Took();
        lane.Took();
        Assert.Equal((2, 0), (lane.Held, told));
        lane.SlotFreed(completed: true);
        lane.SlotFreed(completed: false);
        Assert.Equal((0, 1L, 2), (lane.Held, lane.Completed, told));
    }

    [Fact]
    public void RoomMade_NobodyListens_IsFine() => new Bench().Lane.RoomMade();
}
