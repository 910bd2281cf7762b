using Paddlewheel.Perf.Steps;
using Xunit;

namespace Paddlewheel.Engine.Tests.Allocation;

/// <summary>Every step of a message's walk costs 0 managed bytes once it is warm.</summary>
[Collection(AllocationGroup.Name)]
public sealed class StepTests
{
    public static TheoryData<string, string> Names => [.. StepList.All().Where(step => step.IsFree).Select(step => (step.Room, step.Name))];

    [Theory]
    [MemberData(nameof(Names))]
    public void Step_InSteadyState_AllocatesNothing(string room, string name)
    {
        Step step = StepList.Rooms[room]().First(candidate => candidate.Name == name);
        if (step.Threads || step.Async)
        {
            OptimisedOnly.Check();
        }

        double bytes = AllocationMeter.BytesPerMessage(step);
        Assert.True(bytes == 0, $"{step}: {bytes:F3} bytes per message");
    }

    [Fact]
    public void Meter_StepThatAllocates_SeesIt()
    {
        object? kept = null;
        Step step = new("Test", "one object of 24 bytes", () => kept = new object());
        Assert.Equal(24, AllocationMeter.BytesPerMessage(step));
        Assert.Equal(24, AllocationMeter.BytesPerMessage(step with { Threads = true }), 0.5);
        Assert.NotNull(kept);
    }
}
