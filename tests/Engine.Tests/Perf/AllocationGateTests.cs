using Paddlewheel.Perf.Micro;
using Xunit;

namespace Paddlewheel.Engine.Tests.Perf;

public sealed class AllocationGateTests
{
    [Theory]
    [InlineData(0, 0d, "")]
    [InlineData(0.01, 0d, "allocates; was 0")]
    [InlineData(24.5, 24d, "")]
    [InlineData(25.5, 24d, "allocates more")]
    [InlineData(0, 24d, "allocates less: lower the baseline")]
    [InlineData(0, null, "no baseline: run gate --update and review it")]
    public void Verdict_BytesAgainstBaseline_SaysWhatIsWrong(double bytes, double? baseline, string expected) =>
        Assert.Equal(expected, Gate.Verdict(bytes, baseline));
}
