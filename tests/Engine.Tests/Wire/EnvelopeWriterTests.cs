using System.Buffers;
using System.Text;
using Paddlewheel.Engine.Wire;
using Xunit;

namespace Paddlewheel.Engine.Tests.Wire;

public sealed class EnvelopeWriterTests
{
    internal static string Write(EnvelopeFields fields)
    {
        var output = new ArrayBufferWriter<byte>();
        EnvelopeWriter.Write(output, fields);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    [Fact]
    public void Write_GatewaySample_IsTheSameBytes() => Assert.Equal(
        Reading.Sample,
        Write(new EnvelopeFields
        {
            Function = "cows",
            Path = "/resize",
            QueryString = "w=10",
            Host = "127.0.0.1:8080",
            Body = new ReadOnlySequence<byte>("{}"u8.ToArray()),
            Header =
            [
                new("x-start-time", "1753700000000000000"),
                new("X-Callback-Url", "http://cb.example/done"),
                new("x-call-ID", "f7e0-11"),
                new("user-agent", "curl/8.5.0"),
                new("Content-Type", "application/json"),
                new("content-length", "2"),
                new("accept", "*/*"),
            ],
            CallbackUrl = new Uri("http://cb.example/done"),
            Annotations = new Dictionary<string, string> { ["com.openfaas.retry.attempts"] = "30" },
        }));

    [Fact]
    public void Write_Minimum_KeepsMethodAndFunction() =>
        Assert.Equal("""{"Method":"POST","Function":"f"}""", Write(new EnvelopeFields { Function = "f" }));

    [Fact]
    public void Write_Everything_KeepsDeclarationOrder() => Assert.Equal(
        """{"Host":"h","Body":"YQ==","Method":"PUT","Path":"/p","QueryString":"q","Function":"f","QueueName":"slow","Annotations":{"a":"1","b":"2"},"Labels":{"l":"3"},"Environment":{"e":"4"}}""",
        Write(new EnvelopeFields
        {
            Function = "f",
            Method = "PUT",
            Path = "/p",
            QueryString = "q",
            Host = "h",
            QueueName = "slow",
            Body = new ReadOnlySequence<byte>("a"u8.ToArray()),
            Annotations = new Dictionary<string, string> { ["b"] = "2", ["a"] = "1" },
            Labels = new Dictionary<string, string> { ["l"] = "3" },
            Environment = new Dictionary<string, string> { ["e"] = "4" },
        }));

    [Theory]
    [InlineData("<a href=\"x\">&\\", """\u003ca href=\"x\"\u003e\u0026\\""")]
    [InlineData("\b\f\n\r\t\u0001\u001f\u007f/", "\\b\\f\\n\\r\\t\\u0001\\u001f\u007f/")]
    [InlineData("\u2028\u2029\u2027é😀", """\u2028\u2029‧é😀""")]
    public void Write_Text_EscapesAsGo(string text, string expected) =>
        Assert.Equal($$"""{"Method":"POST","Path":"{{expected}}","Function":"f"}""", Write(new EnvelopeFields { Function = "f", Path = text }));

    [Fact]
    public void Write_RepeatedHeader_KeepsOrderUnderOneName() => Assert.Equal(
        """{"Header":{"A":["2"],"Set-Cookie":["a","b","c"],"bad name":["x"]},"Method":"POST","Function":"f"}""",
        Write(new EnvelopeFields
        {
            Function = "f",
            Header = [new("set-cookie", "a"), new("bad name", "x"), new("SET-COOKIE", "b"), new("a", "2"), new("Set-Cookie", "c")],
        }));

    [Theory]
    [InlineData("http://a", "", "", "", "", "", false)]
    [InlineData("http://a/x%20y", "/x y", "", "", "", "", false)]
    [InlineData("http://a/x%2Fy", "/x/y", "/x%2Fy", "", "", "", false)]
    [InlineData("http://a/!", "/!", "/!", "", "", "", false)]
    [InlineData("http://a/x/../y", "/x/../y", "", "", "", "", false)]
    [InlineData("http://a/?", "/", "", "", "", "", true)]
    [InlineData("http://a/?b=%41#c%2Fd", "/", "", "b=%41", "c/d", "c%2Fd", false)]
    public void Write_Callback_TakesTheUrlApartAsGo(
        string url, string path, string rawPath, string rawQuery, string fragment, string rawFragment, bool forceQuery) => Assert.Equal(
        $$$"""{"Method":"POST","Function":"f","CallbackUrl":{"Scheme":"http","Opaque":"","User":null,"Host":"a","Path":"{{{path}}}","Fragment":"{{{fragment}}}","RawQuery":"{{{rawQuery}}}","RawPath":"{{{rawPath}}}","RawFragment":"{{{rawFragment}}}","ForceQuery":{{{(forceQuery ? "true" : "false")}}},"OmitHost":false}}""",
        Write(new EnvelopeFields { Function = "f", CallbackUrl = new Uri(url) }));

    [Theory]
    [InlineData("http://me:secret@a:80/x", """ "User":null,"Host":"a:80" """)]
    public void Write_Callback_DropsCredentialsAndKeepsThePort(string url, string part) =>
        Assert.Contains(part.Trim(), Write(new EnvelopeFields { Function = "f", CallbackUrl = new Uri(url) }), StringComparison.Ordinal);

    [Theory]
    [InlineData("ftp://a/x")]
    [InlineData("/relative")]
    [InlineData("mailto:a@b")]
    public void Write_UnusableCallback_Throws(string url) => Assert.Throws<ArgumentException>(
        () => Write(new EnvelopeFields { Function = "f", CallbackUrl = new Uri(url, UriKind.RelativeOrAbsolute) }));
}
