namespace Paddlewheel.Perf.Steps;

/// <summary>All steps of a message's walk, room by room.</summary>
internal static class StepList
{
    public static readonly IReadOnlyDictionary<string, Func<IEnumerable<Step>>> Rooms = new Dictionary<string, Func<IEnumerable<Step>>>
    {
        [WireSteps.Room] = WireSteps.All,
        [FetchSteps.Room] = FetchSteps.All,
        [LaneSteps.Room] = LaneSteps.All,
        [DeliverySteps.Room] = DeliverySteps.All,
        [InvokeSteps.Room] = InvokeSteps.All,
        [CallsSteps.Room] = CallsSteps.All,
        [JudgeSteps.Room] = JudgeSteps.All,
        [RetrySteps.Room] = RetrySteps.All,
        [TimingSteps.Room] = TimingSteps.All,
        [AckSteps.Room] = AckSteps.All,
        [TelemetrySteps.Room] = TelemetrySteps.All,
        [PipelineSteps.Room] = PipelineSteps.All,
        [ChainSteps.Room] = ChainSteps.All,
    };

    public static IEnumerable<Step> All() => Rooms.Values.SelectMany(room => room());
}
