using System.Text;
using Paddlewheel.Engine.Invoke;
using Xunit;

namespace Paddlewheel.Engine.Tests.Invoke;

public sealed class HeaderRulesTests
{
    [Theory]
    [InlineData("X-Call-Id", "1", nameof(HeaderFate.Forward))]
    [InlineData("Content-Type", "application/json", nameof(HeaderFate.Forward))]
    [InlineData("Authorization", "Bearer x", nameof(HeaderFate.Forward))]
    [InlineData("Accept", "application/json", nameof(HeaderFate.Forward))]
    [InlineData("Accept-Encoding", "gzip", nameof(HeaderFate.Forward))]
    [InlineData("X-Proxy-Thing", "1", nameof(HeaderFate.Forward))]
    [InlineData("X-Tab", "a\tb", nameof(HeaderFate.Forward))]
    [InlineData("X-Latin", "caf\u00e9", nameof(HeaderFate.Forward))]
    [InlineData("X-Empty", "", nameof(HeaderFate.Forward))]
    [InlineData("Host", "a", nameof(HeaderFate.Replaced))]
    [InlineData("content-length", "999", nameof(HeaderFate.Replaced))]
    [InlineData("User-Agent", "curl", nameof(HeaderFate.Replaced))]
    [InlineData("CONNECTION", "close", nameof(HeaderFate.HopByHop))]
    [InlineData("Keep-Alive", "timeout=5", nameof(HeaderFate.HopByHop))]
    [InlineData("Proxy-Authorization", "x", nameof(HeaderFate.HopByHop))]
    [InlineData("proxy-connection", "x", nameof(HeaderFate.HopByHop))]
    [InlineData("TE", "trailers", nameof(HeaderFate.HopByHop))]
    [InlineData("Trailer", "x", nameof(HeaderFate.HopByHop))]
    [InlineData("Transfer-Encoding", "chunked", nameof(HeaderFate.HopByHop))]
    [InlineData("Upgrade", "websocket", nameof(HeaderFate.HopByHop))]
    [InlineData("HTTP2-Settings", "x", nameof(HeaderFate.HopByHop))]
    [InlineData("Expect", "100-continue", nameof(HeaderFate.HopByHop))]
    [InlineData("Accept", "text/event-stream", nameof(HeaderFate.ReplaceAccept))]
    [InlineData("accept", "text/html, Application/X-NDJSON;q=0.9", nameof(HeaderFate.ReplaceAccept))]
    [InlineData("X-Accept", "text/event-stream", nameof(HeaderFate.Forward))]
    [InlineData("", "x", nameof(HeaderFate.Invalid))]
    [InlineData("X Y", "x", nameof(HeaderFate.Invalid))]
    [InlineData("X:Y", "x", nameof(HeaderFate.Invalid))]
    [InlineData("X\r\nY", "x", nameof(HeaderFate.Invalid))]
    [InlineData("X\u00e9", "x", nameof(HeaderFate.Invalid))]
    [InlineData("X-Y", "a\r\nHost: b", nameof(HeaderFate.Invalid))]
    [InlineData("X-Y", "a\nb", nameof(HeaderFate.Invalid))]
    [InlineData("X-Y", "a\rb", nameof(HeaderFate.Invalid))]
    [InlineData("X-Y", "\0", nameof(HeaderFate.Invalid))]
    [InlineData("X-Y", "\u0001", nameof(HeaderFate.Invalid))]
    [InlineData("X-Y", "\u007f", nameof(HeaderFate.Invalid))]
    public void Judge_Table(string name, string value, string expected) =>
        Assert.Equal(expected, HeaderRules.Judge(Encoding.UTF8.GetBytes(name), Encoding.UTF8.GetBytes(value)).ToString());

    [Theory]
    [InlineData("close, X-Secret", "x-secret", true)]
    [InlineData("X-Secret", "X-Secret", true)]
    [InlineData("\tX-A ,  X-B\t,", "X-B", true)]
    [InlineData("X-Secretive", "X-Secret", false)]
    [InlineData("close", "X-Secret", false)]
    [InlineData("", "X-Secret", false)]
    public void IsListedIn_Table(string connection, string name, bool expected) =>
        Assert.Equal(expected, HeaderRules.IsListedIn(Encoding.UTF8.GetBytes(connection), Encoding.UTF8.GetBytes(name)));

    /// <summary>The table must agree with the library that insists on it.</summary>
}
