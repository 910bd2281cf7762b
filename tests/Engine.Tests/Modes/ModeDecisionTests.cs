using Paddlewheel.Engine.Modes;
using Paddlewheel.Engine.Options;
using Xunit;

namespace Paddlewheel.Engine.Tests.Modes;

public sealed class ModeDecisionTests
{
    [Theory]
    [InlineData(null, 0, "Serve 0")]
    [InlineData("1 function", 0, "Claim 2")]
    [InlineData("2 static", 1, "Serve 2")]
    [InlineData(null, 1, "Claim 2")]
    public void Of_StaticStarts_ServesOrClaims(string? marker, int lastEra, string expected) =>
        Assert.Equal(expected, Text(ModeDecision.Of(ScalingMode.Static, null, Marker(marker), lastEra, isAbandoned: false)));

    [Theory]
    [InlineData(null, 0, "Claim 1")]
    [InlineData("1 function", 1, "Serve 1")]
    [InlineData("2 static", 1, "Claim 3")]
    [InlineData("1 function", 2, "Claim 2")]
    [InlineData(null, 1, "Claim 1")]
    public void Of_FunctionStarts_ServesOrClaims(string? marker, int lastEra, string expected) =>
        Assert.Equal(expected, Text(ModeDecision.Of(ScalingMode.Function, null, Marker(marker), lastEra, isAbandoned: false)));

    [Theory]
    [InlineData("1 function", 1, false, "StandBy 1")]
    [InlineData("1 function", 1, true, "Claim 2")]
    [InlineData("2 static", 1, false, "Serve 2")]
    [InlineData(null, 1, false, "StandBy 0")]
    [InlineData(null, 1, true, "Claim 2")]
    [InlineData(null, 0, false, "Serve 0")]
    public void Of_StaticRuns_StandsByUntilAbandoned(string? marker, int lastEra, bool isAbandoned, string expected) =>
        Assert.Equal(expected, Text(ModeDecision.Of(ScalingMode.Static, 0, Marker(marker), lastEra, isAbandoned)));

    [Fact]
    public void Of_MarkerRemovedByHand_IsWrittenAgain() =>
        Assert.Equal("Claim 3", Text(ModeDecision.Of(ScalingMode.Function, 3, null, 3, isAbandoned: false)));

    private static string Text(ModeDecision decision) => $"{decision.Step} {decision.Epoch}";

    private static ModeMarker? Marker(string? text) => text?.Split(' ') is [var epoch, var mode]
        ? new ModeMarker(int.Parse(epoch, System.Globalization.CultureInfo.InvariantCulture), mode == "static" ? ScalingMode.Static : ScalingMode.Function, 1)
        : null;
}
