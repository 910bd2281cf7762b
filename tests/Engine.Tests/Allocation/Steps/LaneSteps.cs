using Paddlewheel.Engine.Lanes;

namespace Paddlewheel.Perf.Steps;

internal static class LaneSteps
{
    public const string Room = "Lanes";

    public static IEnumerable<Step> All()
    {
        AdaptiveLimit limit = new(new AdaptiveRules(), TimeProvider.System, new Random(1));
        yield return new(Room, "adaptive limit: start, success, tick", () =>
        {
            limit.Finished(limit.Started(), CallOutcome.Succeeded);
            limit.Tick(hasBacklog: true, ceiling: 300);
            Step.Must(limit.Inflight == 0);
        });
        AdaptiveLimit rejecting = new(new AdaptiveRules(), TimeProvider.System, new Random(1));
        yield return new(Room, "adaptive limit: start, rejection, tick", () =>
        {
            rejecting.Finished(rejecting.Started(), CallOutcome.Rejected);
            rejecting.Tick(hasBacklog: true, ceiling: 300);
            Step.Must(rejecting.Inflight == 0);
        });
    }
}
