using Paddlewheel.Perf.Kernels;
using Xunit;

namespace Paddlewheel.Engine.Tests.Perf;

public sealed class InstructionGateTests
{
    private static readonly MachineClass Machine = new("x64", ".NET 10.0.12");

    [Theory]
    [InlineData(1_000, 1_000d, "")]
    [InlineData(1_030, 1_000d, "")]
    [InlineData(1_031, 1_000d, "more instructions")]
    [InlineData(970, 1_000d, "")]
    [InlineData(969, 1_000d, "fewer instructions: lower the baseline")]
    [InlineData(12, 10d, "")]
    [InlineData(13, 10d, "more instructions")]
    [InlineData(7, null, "no baseline: run eng/instructions --update and review it")]
    public void Verdict_CountAgainstBaseline_SaysWhatIsWrong(double count, double? baseline, string expected) =>
        Assert.Equal(expected, InstructionGate.Verdict(count, baseline));

    [Fact]
    public void Compare_FivePercentMore_IsRedAndNamesTheKernel()
    {
        (int code, string text) = Compare(Machine, new() { ["read"] = 1_050, ["write"] = 200 }, new() { ["read"] = 1_000, ["write"] = 200 });

        Assert.Equal(1, code);
        Assert.Contains("| read | 1050 | 1000 | +5.0% | more instructions |", text, StringComparison.Ordinal);
        Assert.Contains("2 kernels, 1 outside", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Compare_AllWithin_IsGreen() => Assert.Equal(0, Compare(Machine, new() { ["read"] = 1_010 }, new() { ["read"] = 1_000 }).Code);

    [Fact]
    public void Compare_KernelOfTheBaselineGone_IsRed() => Assert.Equal(1, Compare(Machine, [], new() { ["read"] = 1_000 }).Code);

    [Fact]
    public void Compare_OtherRuntime_AsksForANewBaseline() =>
        Assert.Equal(1, Compare(Machine with { Runtime = ".NET 10.0.13" }, new() { ["read"] = 1_000 }, new() { ["read"] = 1_000 }).Code);

    [Fact]
    public void Compare_OtherProcessor_SkipsAndSaysSo()
    {
        (int code, string text) = Compare(Machine with { Processor = "arm64" }, new() { ["read"] = 1_000 }, new() { ["read"] = 1_000 });

        Assert.Equal(77, code);
        Assert.Contains("no baseline for arm64", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Baseline_WrittenForOneMachine_KeepsTheOthers()
    {
        string file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, """{ "arm64, .NET 10.0.12": { "read": 900 }, "x64, .NET 10.0.11": { "read": 1000 } }""");

            InstructionBaseline.Write(file, Machine, new() { ["read -> write"] = 1_001.5 });

            SortedDictionary<string, SortedDictionary<string, double>> all = InstructionBaseline.Read(file);
            Assert.Equal(["arm64, .NET 10.0.12", "x64, .NET 10.0.12"], all.Keys);
            Assert.Equal(1_001.5, all["x64, .NET 10.0.12"]["read -> write"]);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static (int Code, string Text) Compare(MachineClass machine, SortedDictionary<string, double> measured, SortedDictionary<string, double> baseline)
    {
        using StringWriter output = new();
        int code = InstructionGate.Compare(machine, measured, new() { [Machine.ToString()] = baseline }, output);
        return (code, output.ToString());
    }
}
