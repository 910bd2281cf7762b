using Paddlewheel.Engine.Integration.Support;
using Paddlewheel.Host.Configuration;
using Xunit;

namespace Paddlewheel.Engine.Integration.Image;

/// <summary>Arguments and environments of both original charts, with all that they send only sometimes: taken without a word (contract 1.1, 1.3).</summary>
public sealed class ChartArgumentsTests
{
    private static readonly Uri Gateway = new("http://gateway.openfaas.svc.cluster.local:8080");

    public static TheoryData<string> Names => ["main", "queue-worker"];

    [Theory]
    [InlineData(WorkerProcess.LicenseFlag)]
    [InlineData(WorkerProcess.LicenseFlag + " -pprof=true")]
    [InlineData(WorkerProcess.LicenseFlag + " -nats-token-file=/var/secrets/nats_token/token")]
    public void Arguments_OfTheCharts_AreTakenWithoutAWord(string arguments)
    {
        CommandLine line = CommandLine.Parse(arguments.Split(' '));

        Assert.Equal(Verb.Worker, line.Verb);
        Assert.Null(line.Error);
        Assert.Empty(line.Warnings);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Environment_OfTheCharts_IsTakenWithoutAWord(string chart)
    {
        ConfigurationResult read = ConfigurationReader.Read(Complete(chart).ToDictionary(static it => it.Key, static it => (string?)it.Value));

        Assert.Empty(read.Problems);
        Assert.Empty(read.Warnings);
        Assert.NotNull(read.Options);
    }

    /// <summary>Unset Helm values arrive as empty strings.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void Environment_WithEveryValueUnset_IsTakenWithoutAWord(string chart)
    {
        ConfigurationResult read = ConfigurationReader.Read(Complete(chart).ToDictionary(static it => it.Key, static _ => (string?)""));

        Assert.Empty(read.Problems);
        Assert.Empty(read.Warnings);
    }

    [Theory(Timeout = Timeouts.Short)]
    [MemberData(nameof(Names))]
    public async Task Check_InTheChartsEnvironment_FindsNoProblem(string chart)
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using Site site = await Site.StartAsync(stop);
        Dictionary<string, string> environment = Complete(chart);
        environment["nats_host"] = "127.0.0.1";
        environment["nats_port"] = site.Nats.Port.ToString(System.Globalization.CultureInfo.InvariantCulture);
        environment["gateway_url"] = site.Functions.Url.ToString();

        await using WorkerProcess check = WorkerProcess.Start(environment, "check", WorkerProcess.LicenseFlag);

        Assert.Equal(0, await check.ExitAsync(TimeSpan.FromSeconds(20), stop));
        Assert.Contains("no problems", check.Output.Snapshot());
        Assert.DoesNotContain(check.Output.Snapshot(), static line => line.StartsWith("note", StringComparison.Ordinal) && !line.Contains("not there", StringComparison.Ordinal));
    }

    private static Dictionary<string, string> Complete(string chart)
    {
        Dictionary<string, string> environment = chart == "main" ? Charts.MainChart(Gateway) : Charts.QueueWorkerChart(Gateway);
        environment["nats_port"] = "4222";
        environment["consumer_inactive_threshold"] = "30s";
        environment["consumer_pull_max_messages"] = "100";
        return environment;
    }
}
