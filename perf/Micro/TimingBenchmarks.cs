using BenchmarkDotNet.Attributes;
using Paddlewheel.Perf.Steps;

namespace Paddlewheel.Perf.Micro;

/// <summary>The wheel with this many other timers armed: the times should not depend on it.</summary>
[MemoryDiagnoser]
public class Timing
{
    private Action _run = null!;

    [Params(1_000, 100_000, 1_000_000)]
    public int Armed { get; set; }

    [ParamsSource(nameof(Steps))]
    public string Step { get; set; } = "";

    public IEnumerable<string> Steps => TimingSteps.All(0).Select(step => step.Name);

    [GlobalSetup]
    public void Prepare() => _run = TimingSteps.All(Armed).First(step => step.Name == Step).Run;

    [Benchmark]
    public void Run() => _run();
}
