using Paddlewheel.Engine.Ack;
using Xunit;

namespace Paddlewheel.Engine.Tests.Ack;

public sealed class ServerVersionTests
{
    [Theory]
    [InlineData("2.9.10", 2, 9, 10)]
    [InlineData("2.15.1", 2, 15, 1)]
    [InlineData("2.12.0-beta.1", 2, 12, 0)]
    [InlineData("2.11.0-RC.2+build.7", 2, 11, 0)]
    [InlineData("2.11.4+abc", 2, 11, 4)]
    public void Parse_Version(string text, int major, int minor, int build) => Assert.Equal(new Version(major, minor, build), ServerVersion.Parse(text));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("dev")]
    [InlineData("-1.2")]
    public void Parse_Unreadable_IsOlderThanAnything(string? text) => Assert.True(ServerVersion.Parse(text) < new Version(0, 1));

    [Theory]
    [InlineData("2.10.3", false)]
    [InlineData("2.10.4", true)]
    [InlineData("2.9.25", false)]
    public void TermReason_From2104(string text, bool takesIt) => Assert.Equal(takesIt, ServerVersion.Parse(text) >= ServerVersion.TermReason);
}
