using Paddlewheel.Engine.Wire;
using Xunit;

namespace Paddlewheel.Engine.Tests.Wire;

/// <summary>The corners where Go's encoding/json and other readers part ways.</summary>
public sealed class EnvelopeGoSemanticsTests
{
    [Theory]
    [InlineData("""{"function":"f"}""", "f")]
    [InlineData("""{"FUNCTION":"f"}""", "f")]
    [InlineData("""{"Fun\u0063tion":"f"}""", "f")]
    [InlineData("""{"Function":"a","Function":"b"}""", "b")]
    [InlineData("""{"Function":"a","function":"b"}""", "b")]
    [InlineData("""{"Function":"a","Function":null}""", "a")]
    [InlineData("""{"Unknown":{"Function":"no","deep":[1,{"x":[]},null,true,1e9]},"Function":"f"}""", "f")]
    [InlineData(" \t\r\n{ \"Function\" : \"f\" } \n", "f")]
    [InlineData("""{"Function":"/f.ns/"}""", "f.ns")]
    [InlineData("""{"Function":"\u0066\u002Ens"}""", "f.ns")]
    public void Read_Function_AsGoWould(string json, string function) =>
        Assert.Equal(function, Reading.Good(json).Function.Text());

    [Theory]
    [InlineData("""{"A":["1"],"A":["2","3"]}""", "A=2; A=3")]
    [InlineData("""{"A":["1"],"B":["x"],"A":null}""", "B=x")]
    [InlineData("""{"A":["1"],"A":[]}""", "")]
    [InlineData("""{"A":null}""", "")]
    [InlineData("""{"A":[null,"1"]}""", "A=; A=1")]
    [InlineData("""{"A":["1"],"a":["2"]}""", "A=1; a=2")]
    [InlineData("""{"\u0041":["\"\\\/\b\f\n\r\t"]}""", "A=\"\\/\b\f\n\r\t")]
    [InlineData("""{"A":["\u003ca\u003e \u0026 \u2028"]}""", "A=<a> & \u2028")]
    [InlineData("""{"A":["\u00e9\ud83d\ude00é😀"]}""", "A=é😀é😀")]
    [InlineData("""{"A":["\ud83d","\ude00x","\ud83d\u0041","\ud83d\ud83d\ude00"]}""", "A=\uFFFD; A=\uFFFDx; A=\uFFFDA; A=\uFFFD😀")]
    [InlineData("""{"A":["\u0000"]}""", "A=\0")]
    public void Read_Header_AsGoWould(string header, string rows) =>
        Assert.Equal(rows, Reading.Good($$"""{"Function":"f","Header":{{header}}}""").Header());

    [Fact]
    public void Read_HeaderTwice_Merges() => Assert.Equal(
        "B=2; A=3; C=4",
        Reading.Good("""{"Header":{"A":["1"],"B":["2"]},"Function":"f","header":{"A":["3"],"C":["4"]}}""").Header());

    [Fact]
    public void Read_HeaderThenNull_IsEmpty() =>
        Assert.Equal("", Reading.Good("""{"Header":{"A":["1"]},"Function":"f","Header":null}""").Header());

    [Fact]
    public void Read_MapTwice_LastWinsAndTheRestStays()
    {
        var envelope = Reading.Good(
            """{"Function":"f","Annotations":{"a":"1","b":"2"},"Annotations":{"a":"3"},"Labels":{"l":"4","l":null},"Environment":{"e":"5"}}""");

        Assert.True(envelope.TryGetAnnotation("a"u8, out var a));
        Assert.Equal("3", a.Text());
        Assert.True(envelope.TryGetAnnotation("b"u8, out var b));
        Assert.Equal("2", b.Text());
        Assert.True(envelope.TryGetLabel("l"u8, out var label));
        Assert.Equal("", label.Text());
        Assert.True(envelope.TryGetEnvironment("e"u8, out var e));
        Assert.Equal("5", e.Text());
        Assert.False(envelope.TryGetEnvironment("a"u8, out _));
    }

    [Theory]
    [InlineData("{\"Function\":\"f\",\"Path\":\"/a\xFF\xFE\"}", "/a\uFFFD\uFFFD")]
    [InlineData("{\"Function\":\"f\",\"Path\":\"\xE2\x82\"}", "\uFFFD\uFFFD")]
    [InlineData("{\"Function\":\"f\",\"Path\":\"\xC3\\n\xC3\xA9\"}", "\uFFFD\né")]
    [InlineData("{\"Function\":\"f\",\"Path\":\"\xED\xA0\x80\"}", "\uFFFD\uFFFD\uFFFD")]
    [InlineData("{\"\xFFPath\":\"no\",\"Function\":\"f\",\"Path\":\"yes\"}", "yes")]
    public void Read_InvalidUtf8_IsReplacedByteForByte(string latin1, string path)
    {
        Assert.Equal(EnvelopeError.None, Reading.Read(Reading.Bytes(latin1), out var envelope));
        Assert.Equal(path, envelope.Path.Text());
    }

    [Theory]
    [InlineData("""{"Function":1}""")]
    [InlineData("""{"Function":["f"]}""")]
    [InlineData("""{"Function":"f","Header":[]}""")]
    [InlineData("""{"Function":"f","Header":{"A":"1"}}""")]
    [InlineData("""{"Function":"f","Header":{"A":[1]}}""")]
    [InlineData("""{"Function":"f","Header":{"A":[["1"]]}}""")]
    [InlineData("""{"Function":"f","Annotations":{"a":1}}""")]
    [InlineData("""{"Function":"f","Labels":{"a":{}}}""")]
    [InlineData("""{"Function":"f","Environment":"x"}""")]
    [InlineData("""{"Function":"f","Body":{}}""")]
    [InlineData("""{"Function":"f","Body":7}""")]
    [InlineData("""{"Function":"f","Path":false}""")]
    [InlineData("""{"Function":"f","CallbackUrl":1}""")]
    [InlineData("""{"Function":"f","CallbackUrl":{"Scheme":1}}""")]
    [InlineData("""{"Function":"f","CallbackUrl":{"ForceQuery":"true"}}""")]
    [InlineData("""{"Function":"f","CallbackUrl":{"User":"me"}}""")]
    [InlineData("[]")]
    [InlineData("\"f\"")]
    [InlineData("17")]
    public void Read_OtherType_IsWrongType(string json) => Assert.Equal(EnvelopeError.WrongType, Reading.Read(json, out _));

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("{")]
    [InlineData("""{"Function":"f" """)]
    [InlineData("""{"Function":"f"}x""")]
    [InlineData("""{"Function":"f"}{}""")]
    [InlineData("""{"Function":"f",}""")]
    [InlineData("""{'Function':'f'}""")]
    [InlineData("""{"Function":"f","x":NaN}""")]
    [InlineData("""{"Function":"f","x":01}""")]
    [InlineData("""{"Function":"f"/**/}""")]
    [InlineData("""{"Function":"\x"}""")]
    [InlineData("""{"Function":"\u12"}""")]
    [InlineData("{\"Function\":\"a\nb\"}")]
    [InlineData("\uFEFF{\"Function\":\"f\"}")]
    [InlineData("\0")]
    public void Read_NotJson_SaysSo(string json) => Assert.Equal(EnvelopeError.NotJson, Reading.Read(json, out _));

    [Theory]
    [InlineData("null", nameof(EnvelopeError.MissingFunction))]
    [InlineData("{}", nameof(EnvelopeError.MissingFunction))]
    [InlineData("""{"Function":null}""", nameof(EnvelopeError.MissingFunction))]
    [InlineData("""{"Function":""}""", nameof(EnvelopeError.MissingFunction))]
    [InlineData("""{"Function":"///"}""", nameof(EnvelopeError.MissingFunction))]
    [InlineData("""{"Function":"a/b"}""", nameof(EnvelopeError.BadFunctionName))]
    [InlineData("""{"Function":".."}""", nameof(EnvelopeError.BadFunctionName))]
    [InlineData("""{"Function":"a..b"}""", nameof(EnvelopeError.BadFunctionName))]
    [InlineData("""{"Function":"a."}""", nameof(EnvelopeError.BadFunctionName))]
    [InlineData("""{"Function":"-a"}""", nameof(EnvelopeError.BadFunctionName))]
    [InlineData("""{"Function":"a b"}""", nameof(EnvelopeError.BadFunctionName))]
    [InlineData("""{"Function":"a%2e"}""", nameof(EnvelopeError.BadFunctionName))]
    [InlineData("""{"Function":"é"}""", nameof(EnvelopeError.BadFunctionName))]
    [InlineData("""{"Function":"a\r\nHost: b"}""", nameof(EnvelopeError.BadFunctionName))]
    [InlineData("""{"Function":"f>"}""", nameof(EnvelopeError.BadFunctionName))]
    [InlineData("""{"Function":"f","Method":"GET /x HTTP/1.1\r\n"}""", nameof(EnvelopeError.BadMethod))]
    [InlineData("""{"Function":"F_1.openfaas-fn","Method":"PATCH"}""", nameof(EnvelopeError.None))]
    [InlineData("""{"Function":"f","Method":""}""", nameof(EnvelopeError.None))]
    public void Read_FunctionAndMethod_AreJudged(string json, string expected) =>
        Assert.Equal(expected, Reading.Read(json, out _).ToString());
}
