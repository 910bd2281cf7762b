using Paddlewheel.Engine.Callback;
using Xunit;

namespace Paddlewheel.Engine.Tests.Callback;

/// <summary>What stands on the request line of a callback, and in its Host.</summary>
public sealed class CallbackTargetTests
{
    [Theory]
    [InlineData("http://a", "a", "/")]
    [InlineData("http://a?q", "a", "/?q")]
    [InlineData("http://a/?", "a", "/?")]
    [InlineData("http://a:81/x", "a:81", "/x")]
    [InlineData("http://a:80/x", "a", "/x")]
    [InlineData("https://a:443/x", "a", "/x")]
    [InlineData("http://a/%41?b=%41&c=%7E~", "a", "/%41?b=%41&c=%7E~")]
    [InlineData("http://a/x/../y/./z", "a", "/x/../y/./z")]
    [InlineData("http://a/x%2Fy%2fz//", "a", "/x%2Fy%2fz//")]
    [InlineData("http://a/x?y=1#part", "a", "/x?y=1")]
    [InlineData("http://a#part", "a", "/")]
    [InlineData("http://a/x?y=é z", "a", "/x?y=%C3%A9%20z")]
    [InlineData("http://a/😀", "a", "/%F0%9F%98%80")]
    [InlineData("http://a/x?y=a\\b", "a", "/x?y=a\\b")]
    [InlineData("http://a/x?y=http://b/@c?d", "a", "/x?y=http://b/@c?d")]
    [InlineData("http://[::1]:81/x", "[::1]:81", "/x")]
    [InlineData("HTTP://A.Example/X", "a.example", "/X")]
    public void TryRead_Url_IsSentAsWritten(string url, string authority, string target)
    {
        Assert.True(CallbackTarget.TryRead(url, out Uri? read));
        Assert.Equal((authority, target), (read.Authority, read.PathAndQuery));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a/b")]
    [InlineData("http://")]
    [InlineData("http:///x")]
    [InlineData("http://a\\@b/")]
    [InlineData("http://a/x\\y")]
    public void TryRead_NoHostOrABackslash_False(string url) => Assert.False(CallbackTarget.TryRead(url, out _));
}
