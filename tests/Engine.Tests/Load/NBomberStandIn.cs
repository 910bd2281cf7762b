using NBomber.Contracts;
using NBomber.Contracts.Stats;

// NBomber's package asks organisations for a licence, so no test may need it. These are the shapes of its calls as its
// documentation gives them: the adapter is compiled against them here, and runs against a runner that calls three times.
#pragma warning disable SA1402, SA1649
namespace NBomber.Contracts
{
    internal interface IScenarioContext;

    internal interface IResponse
    {
        bool IsError { get; }
    }

    internal sealed class ScenarioProps
    {
        public required Func<IScenarioContext, Task<IResponse>> Run { get; init; }

        public string LoadWas { get; set; } = "";

        public TimeSpan WarmUpWas { get; set; } = TimeSpan.FromSeconds(30);
    }

    internal sealed record LoadSimulation(string Was);
}

namespace NBomber.Contracts.Stats
{
    internal enum ReportFormat
    {
        Txt,
        Html,
        Csv,
        Md,
    }

    internal sealed record NodeStats(ScenarioStats[] ScenarioStats);

    internal sealed record ScenarioStats(MeasurementStats Ok, MeasurementStats Fail);

    internal sealed record MeasurementStats(RequestStats Request);

    internal sealed record RequestStats(int Count);
}

namespace NBomber.CSharp
{
    internal static class Scenario
    {
        public static ScenarioProps Create(string name, Func<IScenarioContext, Task<IResponse>> run) => new() { Run = run };

        public static ScenarioProps WithWarmUpDuration(this ScenarioProps scenario, TimeSpan duration)
        {
            scenario.WarmUpWas = duration;
            return scenario;
        }

        public static ScenarioProps WithoutWarmUp(this ScenarioProps scenario) => scenario.WithWarmUpDuration(TimeSpan.Zero);

        public static ScenarioProps WithLoadSimulations(this ScenarioProps scenario, params LoadSimulation[] simulations)
        {
            scenario.LoadWas = string.Join(", ", simulations.Select(static it => it.Was));
            return scenario;
        }
    }

    internal static class Simulation
    {
        public static LoadSimulation Inject(int rate, TimeSpan interval, TimeSpan during) => new($"{rate} per {interval.TotalSeconds} s for {during.TotalSeconds} s");

        public static LoadSimulation KeepConstant(int copies, TimeSpan during) => new($"{copies} for {during.TotalSeconds} s");
    }

    internal static class Response
    {
        public static IResponse Ok(string statusCode = "", long sizeBytes = 0, string message = "", double customLatencyMs = 0) => new Answer(false, message);

        public static IResponse Fail(string statusCode = "", string message = "", long sizeBytes = 0, double customLatencyMs = 0) => new Answer(true, message);

        private sealed record Answer(bool IsError, string Message) : IResponse;
    }

    internal static class NBomberRunner
    {
        /// <summary>What the last run was told, for the test.</summary>
        public static RunnerContext? Last { get; private set; }

        public static RunnerContext RegisterScenarios(params ScenarioProps[] scenarios) => Last = new RunnerContext(scenarios[0]);

        public static RunnerContext WithTestSuite(this RunnerContext context, string suite) => context;

        public static RunnerContext WithTestName(this RunnerContext context, string name) => context;

        public static RunnerContext WithReportFolder(this RunnerContext context, string folder)
        {
            context.Folder = folder;
            return context;
        }

        public static RunnerContext WithReportFormats(this RunnerContext context, params ReportFormat[] formats)
        {
            context.Formats = formats;
            return context;
        }

        public static NodeStats Run(this RunnerContext context)
        {
            bool[] failed = [.. Enumerable.Range(0, 3).Select(_ => context.Scenario.Run(null!).GetAwaiter().GetResult().IsError)];
            return new NodeStats([new ScenarioStats(new(new(failed.Count(static it => !it))), new(new(failed.Count(static it => it))))]);
        }
    }

    internal sealed record RunnerContext(ScenarioProps Scenario)
    {
        public string Folder { get; set; } = "";

        public ReportFormat[] Formats { get; set; } = [];
    }
}
