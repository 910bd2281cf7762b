using Paddlewheel.Perf.Kernels;
using Xunit;

namespace Paddlewheel.Engine.Tests.Perf;

public sealed class CallgrindPartsTests
{
    private static readonly CallgrindPart[] TwoKernels = [new(1, 0), new(2, 1_010), new(3, 2_010), new(4, 507), new(5, 1_007)];

    [Fact]
    public void Parse_FileOfCallgrind_TakesPartAndTotals()
    {
        string[] file =
        [
            "# callgrind format", "version: 1", "creator: callgrind-3.19.0", "part: 12", "", "desc: Trigger: --dump-before=Repeat", "positions: line",
            "events: Ir", "summary: 8712412", "fn=(0) 0x000000000001ab70", "calls=1 0 ", "0 8712412", "", "totals: 8712413",
        ];

        Assert.Equal(new CallgrindPart(12, 8_712_413), CallgrindParts.Parse(file));
    }

    [Theory]
    [InlineData("part: 1")]
    [InlineData("totals: 1")]
    [InlineData("part: 1\ntotals: many")]
    public void Parse_CutShort_IsRefused(string text) => Assert.Throws<GateException>(() => CallgrindParts.Parse(text.Split('\n')));

    [Fact]
    public void PerRun_TwoLoopsEach_IsTheDifference()
    {
        SortedDictionary<string, double> counts = CallgrindParts.PerRun(["b", "a"], TwoKernels.Reverse(), runs: 10);

        Assert.Equal([new("a", 50), new("b", 100)], counts);
    }

    [Fact]
    public void PerRun_LoopNotFound_IsRefusedRatherThanZero()
    {
        // callgrind that never met the function writes one part, at the end.
        Assert.Throws<GateException>(() => CallgrindParts.PerRun(["a"], [new(1, 0)], runs: 10));
        Assert.Throws<GateException>(() => CallgrindParts.PerRun([], [new(1, 0)], runs: 10));
        Assert.Throws<GateException>(() => CallgrindParts.PerRun(["a"], [new(1, 0), new(2, 0), new(3, 0)], runs: 10));
    }
}
