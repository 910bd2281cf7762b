using Paddlewheel.Perf.Load;
using Paddlewheel.Perf.Scenarios;
using Xunit;

namespace Paddlewheel.Engine.Tests.Load;

public sealed class ComparisonTests
{
    [Fact]
    public void Differences_SameSettings_AreNoneWhateverTheWorker() =>
        Assert.Empty(Comparison.Differences(Results.Of("drain"), Results.Of("drain", perSecond: 5, worker: "another")));

    [Fact]
    public void Differences_OtherSettingsOrScenario_AreNamedWithBothValues() =>
        Assert.Equal(["scenario: drain and rate", "body: 1024 and 7"], Comparison.Differences(Results.Of("drain"), Results.Of("rate", body: "7")));

    [Fact]
    public void Table_TwoResults_ShowsTheRatioOfEachFigure()
    {
        string table = Comparison.Table(Results.Of("drain", perSecond: 1000), Results.Of("drain", perSecond: 1500));
        Assert.Contains("| messages/s | 1000 | 1500 | 1.50 |", table, StringComparison.Ordinal);
        Assert.Contains("| worker CPU, us/run | 20.0 | 20.0 | 1.00 |", table, StringComparison.Ordinal);
        Assert.DoesNotContain("not the same", table, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Compare_DifferentSettings_IsRefusedWithExitCode2()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("paddlewheel-compare-");
        try
        {
            string[] files = [.. new[] { "1024", "7", "1024" }.Select((body, i) =>
            {
                string file = Path.Combine(folder.FullName, $"{i}.json");
                File.WriteAllText(file, Report.ToJson(Results.Of("drain", body: body)));
                return file;
            })];
            Assert.Equal(2, await Commands.RunAsync(["compare", files[0], files[1]], TestContext.Current.CancellationToken));
            Assert.Equal(0, await Commands.RunAsync(["compare", files[0], files[2]], TestContext.Current.CancellationToken));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void Ratio_Pairs_AreComparedInsideThePairAndTheMedianIsJudged()
    {
        RatioResult result = Pairs((100, 200), (300, 300), (90, 100));
        Assert.Equal(new Spread(0.9, 0.5, 1.0), result.Throughput());
        result.Judge(leastThroughput: 0.9, mostCpu: 1.0);
        Assert.Empty(result.Problems);
        result.Judge(leastThroughput: 0.91, mostCpu: 0.99);
        Assert.Equal(["throughput is 0.90 of the reference's; at least 0.91 is asked", "CPU per message is 1.00 times the reference's; at most 0.99 is asked"], result.Problems);
    }

    [Fact]
    public void Ratio_NothingMeasured_BreaksEveryBound()
    {
        RatioResult result = Pairs();
        result.Judge(0.1, 10);
        Assert.Equal(2, result.Problems.Count);
    }

    private static RatioResult Pairs(params (double Mine, double Theirs)[] rates)
    {
        RatioResult result = new() { Settings = new Dictionary<string, string>(), Worker = "a", Reference = "b", Machine = Results.Of("drain").Machine };
        for (int pair = 0; pair < rates.Length; pair++)
        {
            result.Runs.Add(new RatioRun(pair, false, rates[pair].Mine, 20, 0, 50, 100));
            result.Runs.Add(new RatioRun(pair, true, rates[pair].Theirs, 20, 0, 50, 100));
        }

        return result;
    }
}
