using BenchmarkDotNet.Attributes;
using Paddlewheel.Perf.Steps;

namespace Paddlewheel.Perf.Micro;

/// <summary>One row per step of a room. A step is called through a delegate: a nanosecond or two are the call's.</summary>
[MemoryDiagnoser]
public abstract class RoomBenchmarks(string room)
{
    private Action _run = null!;

    [ParamsSource(nameof(Steps))]
    public string Step { get; set; } = "";

    public IEnumerable<string> Steps => StepList.Rooms[room]().Select(step => step.Name);

    [GlobalSetup]
    public void Prepare() => _run = StepList.Rooms[room]().First(step => step.Name == Step).Run;

    [Benchmark]
    public void Run() => _run();
}

public class Wire() : RoomBenchmarks(WireSteps.Room);

public class Fetch() : RoomBenchmarks(FetchSteps.Room);

public class Lanes() : RoomBenchmarks(LaneSteps.Room);

public class Deliveries() : RoomBenchmarks(DeliverySteps.Room);

public class Invoke() : RoomBenchmarks(InvokeSteps.Room);

public class Judge() : RoomBenchmarks(JudgeSteps.Room);

public class Retry() : RoomBenchmarks(RetrySteps.Room);

public class Ack() : RoomBenchmarks(AckSteps.Room);

public class Telemetry() : RoomBenchmarks(TelemetrySteps.Room);

public class Pipeline() : RoomBenchmarks(PipelineSteps.Room);

/// <summary>500 messages a run.</summary>
public class Chain() : RoomBenchmarks(ChainSteps.Room);
