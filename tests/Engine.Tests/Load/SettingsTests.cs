using Paddlewheel.Perf.Scenarios;
using Xunit;

namespace Paddlewheel.Engine.Tests.Load;

public sealed class SettingsTests
{
    [Fact]
    public void TryParse_Nothing_TakesDefaults()
    {
        ScenarioSettings settings = ScenarioSettings.Of(new Drain());
        Assert.Equal((20_000, 64, "file", 0), (settings.Number("messages"), settings.Number("max-inflight"), settings.Text("storage"), settings.Number("lose")));
    }

    [Fact]
    public void TryParse_Quick_TakesTheShortFormWhereThereIsOneAndArgumentsOverIt()
    {
        Assert.True(ScenarioSettings.TryParse(ScenarioSettings.AllOf(new Drain()), ["--body", "7"], quick: true, out ScenarioSettings settings, out _));
        Assert.Equal((5_000, 64, 7), (settings.Number("messages"), settings.Number("max-inflight"), settings.Number("body")));
    }

    [Fact]
    public void TryParse_OwnSettingOfACommonName_TakesItsPlace()
    {
        ScenarioSettings settings = ScenarioSettings.Of(new Delayed());
        Assert.Equal(512, settings.Number("max-inflight"));
        Assert.Single(settings.All, static it => it.Name == "max-inflight");
    }

    [Theory]
    [InlineData("--messages", "0")]
    [InlineData("--messages", "many")]
    [InlineData("--messages", "-1")]
    [InlineData("--storage", "tape")]
    [InlineData("--worker", "/nowhere/worker")]
    [InlineData("--env", "no pair")]
    [InlineData("--nothing", "1")]
    [InlineData("messages", "1")]
    [InlineData("--body", "")]
    public void TryParse_WrongValue_NamesIt(string name, string value)
    {
        string[] arguments = value.Length > 0 ? [name, value] : [name];
        Assert.False(ScenarioSettings.TryParse(ScenarioSettings.AllOf(new Drain()), arguments, quick: false, out _, out string problem));
        Assert.StartsWith($"{name} {value}: ", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Pairs_SeveralWithCommas_AreSplitAtTheFirstSign()
    {
        ScenarioSettings settings = ScenarioSettings.Of(new Drain(), "--env", "scaling_mode=function,a=b=c");
        Assert.Equal([new("scaling_mode", "function"), new("a", "b=c")], settings.Pairs("env"));
    }

    [Fact]
    public void Scenarios_EverySetting_HasAValidDefaultAndShortForm()
    {
        foreach (IScenario scenario in ScenarioList.All)
        {
            Assert.All(ScenarioSettings.AllOf(scenario), setting =>
            {
                Assert.True(setting.Default.Length == 0 || setting.Check(setting.Default) is null, $"{scenario.Name} --{setting.Name} {setting.Default}");
                Assert.True(setting.Quick is null || setting.Check(setting.Quick) is null, $"{scenario.Name} --{setting.Name} {setting.Quick}, short");
            });
        }
    }

    [Fact]
    public void Scenarios_Names_AreDifferentAndFound() =>
        Assert.All(ScenarioList.All, static scenario => Assert.Same(scenario, ScenarioList.Find(scenario.Name)));
}
