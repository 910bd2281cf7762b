using Paddlewheel.Host.Ingress;
using Xunit;

namespace Paddlewheel.Engine.Tests.Host;

public sealed class AsyncRouteTests
{
    [Theory]
    [InlineData("/async-function/echo", "echo", null)]
    [InlineData("/async-function/echo/", "echo", null)]
    [InlineData("/async-function/echo.dev/a/b", "echo.dev", "/a/b")]
    [InlineData("/async-function/echo/a%2Fb", "echo", "/a/b")]
    public void TryParse_Valid_SplitsNameAndPath(string path, string function, string? after)
    {
        Assert.True(AsyncRoute.TryParse(path, out AsyncRoute route, out _));
        Assert.Equal((function, after), (route.Function, route.Path));
    }

    [Theory]
    [InlineData("/async-function")]
    [InlineData("/async-function/")]
    [InlineData("/async-function//x")]
    [InlineData("/async-function/ec ho")]
    [InlineData("/async-function/..")]
    [InlineData("/async-function/a..b")]
    [InlineData("/async-function/-a")]
    [InlineData("/async-function/echo/..%2Fsystem/functions")]
    [InlineData("/async-function/echo/../system")]
    [InlineData("/async-function/echo/a/.")]
    [InlineData("/async-function/echo/a\\b")]
    [InlineData("/async-function/echo/a\u0001b")]
    public void TryParse_NotAName_OrAPathThatClimbs_SaysWhy(string path)
    {
        Assert.False(AsyncRoute.TryParse(path, out _, out string problem));
        Assert.NotEmpty(problem);
    }

    [Theory]
    [InlineData("/async-function", true)]
    [InlineData("/async-function/echo", true)]
    [InlineData("/async-functions", false)]
    [InlineData("/", false)]
    [InlineData("/function/echo", false)]
    public void IsOurs_OnlyTheAsyncRoute(string path, bool ours) => Assert.Equal(ours, AsyncRoute.IsOurs(path));
}
