using NBomber.Contracts;
using NBomber.Contracts.Stats;
using NBomber.CSharp;
using Paddlewheel.Perf.Scenarios;

namespace Paddlewheel.Perf.NBomberRun;

/// <summary>
/// Every call of NBomber's that there is here, and nothing else: what is called, how it is counted and whether it was right is in
/// <see cref="CallSession"/> and <see cref="ToolPlan"/>.
/// </summary>
internal static class Adapter
{
    /// <summary>Runs the plan and writes NBomber's reports; the number of calls that failed.</summary>
    public static long Run(ToolPlan plan, Func<CancellationToken, Task<CallOutcome>> call, CancellationToken stop)
    {
        ScenarioProps scenario = Scenario.Create("queued-calls", async _ =>
        {
            CallOutcome outcome = await call(stop);
            return outcome.IsOk ? Response.Ok(sizeBytes: outcome.Bytes) : Response.Fail(message: outcome.Why);
        });
        scenario = plan.WarmUp > TimeSpan.Zero ? scenario.WithWarmUpDuration(plan.WarmUp) : scenario.WithoutWarmUp();
        scenario = scenario.WithLoadSimulations(plan.IsOpen
            ? Simulation.Inject(rate: plan.PerSecond, interval: TimeSpan.FromSeconds(1), during: plan.Length)
            : Simulation.KeepConstant(copies: plan.Clients, during: plan.Length));
        NodeStats stats = NBomberRunner
            .RegisterScenarios(scenario)
            .WithTestSuite("paddlewheel")
            .WithTestName("queued-calls")
            .WithReportFolder(plan.Folder)
            .WithReportFormats(ReportFormat.Html, ReportFormat.Md, ReportFormat.Csv, ReportFormat.Txt)
            .Run();
        return stats.ScenarioStats[0].Fail.Request.Count;
    }
}
