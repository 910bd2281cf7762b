using System.Text;
using System.Text.Json;
using CsCheck;
using Paddlewheel.Engine.Invoke;
using Paddlewheel.Engine.Tests.Wire;
using Paddlewheel.Engine.Wire;
using Xunit;

namespace Paddlewheel.Engine.Tests.Invoke;

public sealed class FunctionPathTests
{
    private const string Prefix = "http://gw:8080/function/";

    private static EnvelopeError Write(string path, string query, out string url)
    {
        var envelope = Reading.Good(
            $$"""{"Function":"cows.ns","Path":{{JsonSerializer.Serialize(path)}},"QueryString":{{JsonSerializer.Serialize(query)}}}""");
        byte[] destination = new byte[FunctionPath.MaxBytes(Prefix.Length, envelope)];
        bool done = FunctionPath.TryWrite(Encoding.UTF8.GetBytes(Prefix), envelope, destination, out int written, out var error);
        Assert.Equal(done, error == EnvelopeError.None);
        url = Encoding.UTF8.GetString(destination, 0, written);
        return error;
    }

    [Theory]
    [InlineData("", "", "")]
    [InlineData("/", "", "/")]
    [InlineData("/resize", "w=10", "/resize?w=10")]
    [InlineData("resize", "", "/resize")]
    [InlineData("", "w=10", "?w=10")]
    [InlineData("", "?w=10", "?w=10")]
    [InlineData("//a//b/", "", "//a//b/")]
    [InlineData("/a%2Fb", "", "/a%2Fb")]
    [InlineData("/a%2fb%41", "", "/a%2fb%41")]
    [InlineData("/a b", "c d", "/a%20b?c%20d")]
    [InlineData("/é/😀", "é", "/%C3%A9/%F0%9F%98%80?%C3%A9")]
    [InlineData("/a?b#c", "d#e?f", "/a%3Fb%23c?d%23e?f")]
    [InlineData("/100%", "100%", "/100%25?100%")]
    [InlineData("/%zz%4", "", "/%25zz%254")]
    [InlineData("/a.b/...", "", "/a.b/...")]
    [InlineData("/.well-known", "", "/.well-known")]
    [InlineData("/..a/a..", "", "/..a/a..")]
    [InlineData("/%252e%252e/", "", "/%252e%252e/")]
    [InlineData("/<\">|^`{}[]", "<\">|^`{}[]\\", "/%3C%22%3E%7C%5E%60%7B%7D%5B%5D?%3C%22%3E|^`{}[]\\")]
    [InlineData("/!$&'()*+,;=:@-._~", "../..", "/!$&'()*+,;=:@-._~?../..")]
    [InlineData("/http://evil/", "", "/http://evil/")]
    [InlineData("@evil", "", "/@evil")]
    public void TryWrite_Safe_KeepsAndEncodes(string path, string query, string expected)
    {
        Assert.Equal(EnvelopeError.None, Write(path, query, out string url));
        Assert.Equal(Prefix + "cows.ns" + expected, url);
    }

    [Theory]
    [InlineData("..")]
    [InlineData(".")]
    [InlineData("/..")]
    [InlineData("/.")]
    [InlineData("/a/../b")]
    [InlineData("/a/./b")]
    [InlineData("/../../system/functions")]
    [InlineData("/%2e%2e/x")]
    [InlineData("/%2E./x")]
    [InlineData("/.%2e")]
    [InlineData("/%2e")]
    [InlineData("/..%2f..%2fsystem")]
    [InlineData("/a%2F..")]
    [InlineData("/..\\x")]
    [InlineData("/a\\b")]
    [InlineData("/a%5cb")]
    [InlineData("/%5C..")]
    [InlineData("/a\r\nHost: b")]
    [InlineData("/a\0")]
    [InlineData("/a\u007f")]
    [InlineData("/a%0d%0a")]
    [InlineData("/a%00")]
    public void TryWrite_Escape_IsBadPath(string path)
    {
        Assert.Equal(EnvelopeError.BadPath, Write(path, "", out string url));
        Assert.Equal("", url);
    }

    [Theory]
    [InlineData("a\r\nb")]
    [InlineData("a\0")]
    [InlineData("a\u007f")]
    public void TryWrite_ControlInQuery_IsBadPath(string query) => Assert.Equal(EnvelopeError.BadPath, Write("", query, out _));

    [Fact]
    public void TryWrite_DestinationTooSmall_WritesNothing()
    {
        var envelope = Reading.Good("""{"Function":"f","Path":"/x"}""");
        byte[] destination = new byte[FunctionPath.MaxBytes(Prefix.Length, envelope) - 1];
        Assert.False(FunctionPath.TryWrite(Encoding.UTF8.GetBytes(Prefix), envelope, destination, out int written, out _));
        Assert.Equal(0, written);
    }

    [Fact]
    public void TryWrite_EmptyEnvelope_IsBadFunctionName()
    {
        Assert.False(FunctionPath.TryWrite("http://gw/"u8, new Envelope(), new byte[64], out _, out var error));
        Assert.Equal(EnvelopeError.BadFunctionName, error);
    }

    /// <summary>Whatever is accepted stays below the function, even after a library has cleaned the URL.</summary>
    [Fact]
    public void TryWrite_AnyPath_StaysBelowTheFunction() =>
        Gen.OneOf("/", ".", "..", "%2e", "%2E", "%2f", "%5c", "\\", "a", "%", "25", "?", "#", "//", "é", "@", ":").List[0, 8]
            .Select(string.Concat).Sample(
            path =>
            {
                if (Write(path, "", out string url) != EnvelopeError.None)
                {
                    return;
                }

                Assert.True(Ascii.IsValid(url));
                var cleaned = new Uri(url);
                Assert.Equal("gw", cleaned.Host);
                Assert.Equal("", cleaned.Query);
                Assert.Equal("", cleaned.Fragment);
                string decoded = Uri.UnescapeDataString(cleaned.AbsolutePath);
                Assert.True(decoded == "/function/cows.ns" || decoded.StartsWith("/function/cows.ns/", StringComparison.Ordinal), decoded);
                Assert.DoesNotContain("..", decoded["/function/cows.ns".Length..].Split('/'));
            },
            iter: 5_000);
}
