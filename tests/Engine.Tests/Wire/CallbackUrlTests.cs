using Paddlewheel.Engine.Wire;
using Xunit;

namespace Paddlewheel.Engine.Tests.Wire;

public sealed class CallbackUrlTests
{
    private static EnvelopeError Read(string callback, out Envelope envelope) =>
        Reading.Read($$"""{"Function":"f","CallbackUrl":{{callback}}}""", out envelope);

    [Theory]
    [InlineData("""{"Scheme":"https","Host":"a.example:8443","Path":"/x"}""", "https://a.example:8443/x")]
    [InlineData("""{"Scheme":"HTTP","Host":"a"}""", "http://a")]
    [InlineData("""{"scheme":"http","HOST":"a","path":"/x"}""", "http://a/x")]
    [InlineData("""{"Scheme":"http","User":{},"Host":"a","Path":"/"}""", "http://a/")]
    [InlineData("""{"Scheme":"http","User":{"username":"me"},"Host":"a"}""", "http://a")]
    [InlineData("""{"Scheme":"http","Host":"a","Path":"x"}""", "http://a/x")]
    [InlineData("""{"Scheme":"http","Host":"a","Path":"/x y/é?#"}""", "http://a/x%20y/%C3%A9%3F%23")]
    [InlineData("""{"Scheme":"http","Host":"a","Path":"/a!(b)"}""", "http://a/a%21%28b%29")]
    [InlineData("""{"Scheme":"http","Host":"a","Path":"/a!","RawPath":"/a!"}""", "http://a/a!")]
    [InlineData("""{"Scheme":"http","Host":"a","Path":"/a/b","RawPath":"/a%2Fb"}""", "http://a/a%2Fb")]
    [InlineData("""{"Scheme":"http","Host":"a","Path":"/a/b","RawPath":"/a%2fc"}""", "http://a/a/b")]
    [InlineData("""{"Scheme":"http","Host":"a","Path":"/a b","RawPath":"/a b"}""", "http://a/a%20b")]
    [InlineData("""{"Scheme":"http","Host":"a","Path":"/a","RawPath":"/a%"}""", "http://a/a")]
    [InlineData("""{"Scheme":"http","Host":"a","Path":"/a","RawPath":"/a%2"}""", "http://a/a")]
    [InlineData("""{"Scheme":"http","Host":"a","Path":"/","ForceQuery":true}""", "http://a/?")]
    [InlineData("""{"Scheme":"http","Host":"a","RawQuery":"x=%41&y=é z"}""", "http://a?x=%41&y=é%20z")]
    [InlineData("""{"Scheme":"http","Host":"a","Fragment":"x y"}""", "http://a#x%20y")]
    [InlineData("""{"Scheme":"http","Host":"a","Fragment":"a/b","RawFragment":"a%2Fb","OmitHost":true}""", "http://a#a%2Fb")]
    [InlineData("""{"Scheme":"http","Host":"[::1]:80","Path":"/x"}""", "http://[::1]:80/x")]
    [InlineData("""{"Scheme":"http","Host":"[fe80::1%en0]"}""", "http://[fe80::1%25en0]")]
    [InlineData("""{"Scheme":"http","Host":"a:"}""", "http://a:")]
    [InlineData("""{"Scheme":"http","Host":"é.example"}""", "http://%C3%A9.example")]
    [InlineData("""{"Scheme":"http","Host":"a","Extra":[1],"Path":null}""", "http://a")]
    [InlineData("""{"Scheme":"http","Host":"b"},"CallbackUrl":{"Host":"a"}""", "http://a")]
    public void Read_Object_PrintsAsGoDoes(string callback, string expected)
    {
        Assert.Equal(EnvelopeError.None, Read(callback, out var envelope));
        Assert.True(envelope.HasCallback);
        Assert.Equal(expected, envelope.CallbackUrl.Text());
    }

    [Theory]
    [InlineData("http://a", "http://a")]
    [InlineData("HTTPS://a:443/x?y=1#z", "https://a:443/x?y=1#z")]
    [InlineData("http://me:secret@a/x", "http://a/x")]
    [InlineData("http://a/x/../y", "http://a/x/../y")]
    [InlineData("http://a/a%2Fb%41", "http://a/a%2Fb%41")]
    [InlineData("http://a/a b", "http://a/a%20b")]
    [InlineData("http://a?q", "http://a?q")]
    [InlineData("http://a/?", "http://a/?")]
    [InlineData("http:\\/\\/a\\/x", "http://a/x")]
    [InlineData("http://a#f?/@", "http://a#f?/@")]
    [InlineData("http://[::1]/", "http://[::1]/")]
    public void Read_String_PrintsAsGoDoes(string callback, string expected)
    {
        Assert.Equal(EnvelopeError.None, Read($"\"{callback}\"", out var envelope));
        Assert.Equal(expected, envelope.CallbackUrl.Text());
    }

    [Theory]
    [InlineData("null")]
    [InlineData("\"\"")]
    [InlineData("{}")]
    [InlineData("""{"Scheme":"","User":null,"Host":"","ForceQuery":false}""")]
    [InlineData("""{"Scheme":"http","Host":"a"},"CallbackUrl":null""")]
    public void Read_Empty_IsNoCallback(string callback)
    {
        Assert.Equal(EnvelopeError.None, Read(callback, out var envelope));
        Assert.False(envelope.HasCallback);
    }

    [Theory]
    [InlineData("""{"Scheme":"ftp","Host":"a"}""")]
    [InlineData("""{"Scheme":"file","Path":"/etc/passwd"}""")]
    [InlineData("""{"Scheme":"http"}""")]
    [InlineData("""{"Host":"a"}""")]
    [InlineData("""{"Path":"/x"}""")]
    [InlineData("""{"Scheme":"http","Opaque":"//a/x"}""")]
    [InlineData("""{"Scheme":"http","Opaque":"x","Host":"a"}""")]
    [InlineData("""{"Scheme":"http","Host":":80"}""")]
    [InlineData("""{"Scheme":"http","Host":"a:b"}""")]
    [InlineData("""{"Scheme":"http","Host":"a:65536"}""")]
    [InlineData("""{"Scheme":"http","Host":"a:99999999999999999999"}""")]
    [InlineData("""{"Scheme":"http","Host":"a/b"}""")]
    [InlineData("""{"Scheme":"http","Host":"u@a"}""")]
    [InlineData("""{"Scheme":"http","Host":"a b"}""")]
    [InlineData("""{"Scheme":"http","Host":"a\r\nX: y"}""")]
    [InlineData("""{"Scheme":"http","Host":"a\\b"}""")]
    [InlineData("""{"Scheme":"http","Host":"a\"b"}""")]
    [InlineData("""{"Scheme":"http","Host":"[::1"}""")]
    [InlineData("""{"Scheme":"http","Host":"::1"}""")]
    [InlineData("""{"Scheme":"http","Host":"[]"}""")]
    [InlineData("""{"Scheme":"http","Host":"[::1]x"}""")]
    [InlineData("""{"Scheme":"http","Host":"a","RawQuery":"x\r\ny"}""")]
    [InlineData("\"a/b\"")]
    [InlineData("\"http:///x\"")]
    [InlineData("\"http://\"")]
    [InlineData("\"//a/x\"")]
    [InlineData("\"javascript://a\"")]
    [InlineData("\"http://a/%zz\"")]
    [InlineData("\"http://a%2eb/\"")]
    [InlineData("\"http://a/x\\r\\ny\"")]
    [InlineData("\"http://a\\\\b/\"")]
    [InlineData("\" http://a/\"")]
    public void Read_Unusable_IsBadCallbackUrl(string callback) =>
        Assert.Equal(EnvelopeError.BadCallbackUrl, Read(callback, out _));
}
