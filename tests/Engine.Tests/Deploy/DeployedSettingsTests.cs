using Paddlewheel.Engine.Tests.House;
using Paddlewheel.Host.Configuration;
using Xunit;

namespace Paddlewheel.Engine.Tests.Deploy;

/// <summary>What deploy/ sets is something the worker has, with a value it takes, and agrees with what stands beside it.</summary>
public sealed class DeployedSettingsTests
{
    public static TheoryData<string> Files => [.. DeployedFiles.All];

    [Theory]
    [MemberData(nameof(Files))]
    public void Variables_Every_IsASettingWithAValueItTakes(string file)
    {
        HashSet<string> known = [.. Settings.All.Select(static it => it.Name)];
        IReadOnlyList<Dictionary<string, string?>> environments = DeployedFiles.Environments(file);

        Assert.NotEmpty(environments);
        Assert.All(environments, environment =>
        {
            Assert.NotEmpty(environment);
            Assert.Empty(environment.Keys.Except(known));
            Assert.Empty(ConfigurationReader.Read(environment).Problems);
        });
    }

    [Theory]
    [InlineData("deploy/kubernetes/paddlewheel.yaml", "terminationGracePeriodSeconds: ")]
    [InlineData("deploy/compose/compose.yaml", "stop_grace_period: ")]
    [InlineData("deploy/systemd/paddlewheel-worker.service", "TimeoutStopSec=")]
    public void Drain_OfTheWorker_EndsBeforeItIsKilled(string file, string key)
    {
        string drain = DeployedFiles.Environments(file).Select(static it => it.GetValueOrDefault("drain_timeout")).Single(static it => it is not null)!;
        string text = Repository.Read(file);

        // The worker's own: in the manifests NATS has one too, after it or before.
        IEnumerable<int> kills = text.Split('\n').Where(line => line.TrimStart().StartsWith(key, StringComparison.Ordinal)).Select(line => int.Parse(line.Split(key)[1].TrimEnd('s'), System.Globalization.CultureInfo.InvariantCulture));

        Assert.Contains(kills, kill => kill > int.Parse(drain.TrimEnd('s'), System.Globalization.CultureInfo.InvariantCulture));
    }

    /// <summary>The chart's values for any variable, as deploy/README.md promises: its schema must not know better.</summary>
    [Fact]
    public void ChartsOfOthers_Values_ChangeTheImageAlone()
    {
        foreach (string file in Repository.Files(".yaml", "deploy/openfaas-charts"))
        {
            string[] set = [.. Repository.Lines(file).Where(static line => line.Length > 0 && !line.StartsWith('#'))];
            Assert.Contains("/jetstream-queue-worker:", set[^1], StringComparison.Ordinal);
            Assert.StartsWith("image: ", set[^1].Trim(), StringComparison.Ordinal);
            Assert.InRange(set.Length, 1, 2);
        }
    }
}
