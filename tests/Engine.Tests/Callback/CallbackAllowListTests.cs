using Paddlewheel.Engine.Callback;
using Xunit;

namespace Paddlewheel.Engine.Tests.Callback;

public sealed class CallbackAllowListTests
{
    private static readonly CallbackAllowList List = CallbackAllowList.From(["https://hooks.example.com/openfaas/v1/", "http://10.1.2.3:8080", "http://[fd12::1]:81/in"]);

    [Theory]
    [InlineData("https://hooks.example.com/openfaas/v1")]
    [InlineData("https://hooks.example.com/openfaas/v1/")]
    [InlineData("https://hooks.example.com/openfaas/v1/done?x=1#y")]
    [InlineData("https://hooks.example.com:443/openfaas/v1?x=1")]
    [InlineData("HTTPS://HOOKS.Example.COM/openfaas/v1/a%20b")]
    [InlineData("http://10.1.2.3:8080")]
    [InlineData("http://10.1.2.3:8080/any/path")]
    [InlineData("http://[fd12:0::1]:81/in/here")]
    public void Allows_SchemeHostPortAndWholeSegmentsAgree_True(string url) => Assert.True(List.Allows(url));

    [Theory]
    [InlineData("http://hooks.example.com/openfaas/v1/done")]
    [InlineData("https://hooks.example.com/other/../openfaas/v1/x")]
    [InlineData("https://hooks.example.com/openfaas/v1/../v2")]
    [InlineData("https://hooks.example.com/openfaas%2fv1/x")]
    [InlineData("https://hooks.example.com:444/openfaas/v1/done")]
    [InlineData("https://hooks.example.com.evil.test/openfaas/v1")]
    [InlineData("https://evil.hooks.example.com/openfaas/v1")]
    [InlineData("https://hooks.example.com@evil.test/openfaas/v1")]
    [InlineData("https://evil.test\\@hooks.example.com/openfaas/v1")]
    [InlineData("https://hooks.example.com/openfaas/v10")]
    [InlineData("https://hooks.example.com/openfaas/V1")]
    [InlineData("https://hooks.example.com/")]
    [InlineData("https://hooks.example.com/openfaas/v1/../admin")]
    [InlineData("https://hooks.example.com/openfaas/v1/%2e%2e/admin")]
    [InlineData("https://hooks.example.com/openfaas/v1/..%2fadmin")]
    [InlineData("https://hooks.example.com/openfaas/v1/..%5cadmin")]
    [InlineData("https://hooks.example.com/openfaas/v1/..\\..\\admin")]
    [InlineData("http://10.1.2.3/")]
    [InlineData("http://10.1.2.30:8080/")]
    [InlineData("not a url")]
    [InlineData("")]
    public void Allows_AnythingDiffers_False(string url) => Assert.False(List.Allows(url));

    [Fact]
    public void Allows_EmptyList_Everything() => Assert.True(CallbackAllowList.From([]).Allows("http://anywhere.example/x"));

    [Theory]
    [InlineData("https://hooks.example.com")]
    [InlineData("https://hooks.example.com/")]
    [InlineData("http://hooks:8080/a/b%20c")]
    [InlineData("http://[::1]:81")]
    [InlineData("http://127.0.0.1")]
    public void ProblemOf_UsableEntry_IsNull(string entry) => Assert.Null(CallbackAllowList.ProblemOf(entry));

    [Theory]
    [InlineData("hooks.example.com")]
    [InlineData("/openfaas")]
    [InlineData("ftp://hooks.example.com")]
    [InlineData("https://*.example.com")]
    [InlineData("https://")]
    [InlineData("https://:443/")]
    [InlineData("https://user:secret@hooks.example.com")]
    [InlineData("https://hooks.example.com/?token=1")]
    [InlineData("https://hooks.example.com/#x")]
    [InlineData("https://hooks.example.com/a/../b")]
    [InlineData("https://hooks.example.com/a/%2e%2e/b")]
    [InlineData("https://hooks.example.com\\a")]
    [InlineData("https://hooks.example.com:0/")]
    [InlineData("https://hooks.example.com:99999/")]
    public void ProblemOf_UnusableEntry_SaysWhy(string entry) => Assert.NotNull(CallbackAllowList.ProblemOf(entry));
}
