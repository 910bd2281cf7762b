using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Paddlewheel.Engine.Judge;
using Paddlewheel.Engine.Telemetry;

namespace Paddlewheel.Perf.Steps;

internal static class TelemetrySteps
{
    public const string Room = "Telemetry";

    public static IEnumerable<Step> All()
    {
        Bench bench = new();
        LaneMetrics lane = bench.Metrics.ForQueue("faas-request");
        yield return new(Room, "metrics of one invocation", () =>
        {
            lane.InvocationStarted();
            lane.QueueWait(0.0123);
            lane.InvocationFinished(0.0456);
            lane.Settled(Outcome.Success);
            bench.Metrics.Acked(AckKind.Ack);
        });
        yield return new(Room, "metrics of a retry", () =>
        {
            lane.Retried(RetryReason.Status);
            bench.Metrics.Acked(AckKind.Nak);
            bench.Metrics.SetRetriesWaiting(3);
        });
        yield return new(Room, "metrics of a pull", () =>
        {
            bench.Metrics.Pulled();
            bench.Metrics.PullStatusReceived(408);
            bench.Metrics.Dropped("no_room");
            bench.Metrics.DuplicateSuppressed();
        });
        yield return new(Room, "metrics of a lease", bench.Metrics.LeaseRenewed);
        yield return new(Room, "metrics looked up by name", () => Step.Must(bench.Metrics.ForQueue("faas-request") == lane));

        ILogger off = NullLogger.Instance;
        yield return new(Room, "log lines with the level off", () =>
        {
            off.Invoke("id", "echo", 1);
            off.Invoked("id", "echo", 1, 200, 0.1);
            off.Retry("id", "echo", 1, 503, 10, "status");
            off.DuplicateSuppressed("OF_faas-request", 7);
        });
    }
}
