using Paddlewheel.Engine.Wire;
using Xunit;

namespace Paddlewheel.Engine.Tests.Wire;

public sealed class EnvelopeBoundsTests
{
    private static EnvelopeError Read(string json, EnvelopeLimits limits)
    {
        byte[] message = System.Text.Encoding.UTF8.GetBytes(json);
        return new Envelope().Read(message, message.Length, limits);
    }

    private static string Name(string json, EnvelopeLimits limits) => Read(json, limits).ToString();

    [Theory]
    [InlineData(16, nameof(EnvelopeError.None))]
    [InlineData(15, nameof(EnvelopeError.TooLarge))]
    public void Read_Bytes_AreBounded(int maxBytes, string expected) =>
        Assert.Equal(expected, Name("""{"Function":"f"}""", Reading.Limits with { MaxBytes = maxBytes }));

    [Theory]
    [InlineData(63, nameof(EnvelopeError.None))]
    [InlineData(64, nameof(EnvelopeError.TooDeep))]
    [InlineData(10_000, nameof(EnvelopeError.TooDeep))]
    public void Read_DepthOfUnknownValues_IsBounded(int arrays, string expected)
    {
        string nested = new string('[', arrays) + new string(']', arrays);
        Assert.Equal(expected, Name($$"""{"x":{{nested}},"Function":"f"}""", Reading.Limits));
    }

    [Fact]
    public void Read_DepthOfKnownValues_IsBounded() =>
        Assert.Equal(EnvelopeError.TooDeep, Read("""{"Function":"f","Header":{"A":[]}}""", Reading.Limits with { MaxDepth = 2 }));

    [Theory]
    [InlineData("""{"A":["1","2"],"B":["3"]}""", nameof(EnvelopeError.None))]
    [InlineData("""{"A":["1","2"],"B":["3","4"]}""", nameof(EnvelopeError.TooManyHeaders))]
    [InlineData("""{"A":null,"B":null,"C":null}""", nameof(EnvelopeError.None))]
    [InlineData("""{"A":null,"B":null,"C":null,"D":null}""", nameof(EnvelopeError.TooManyHeaders))]
    [InlineData("""{"A":["1"],"A":["1"],"A":["1"],"A":["1"]}""", nameof(EnvelopeError.TooManyHeaders))]
    public void Read_Headers_AreCounted(string header, string expected) =>
        Assert.Equal(expected, Name($$"""{"Function":"f","Header":{{header}} }""", Reading.Limits with { MaxHeaders = 3 }));

    [Fact]
    public void Read_HeaderObjectRepeated_IsCountedAsOne() => Assert.Equal(
        EnvelopeError.TooManyHeaders,
        Read("""{"Function":"f","Header":{"A":["1"]},"Header":{"B":["1"]}}""", Reading.Limits with { MaxHeaders = 1 }));

    [Theory]
    [InlineData(6, nameof(EnvelopeError.None))]
    [InlineData(5, nameof(EnvelopeError.HeadersTooLarge))]
    public void Read_HeaderBytes_AreCountedUnescaped(int maxBytes, string expected) => Assert.Equal(
        expected, Name("""{"Function":"f","Header":{"AB":["\u0031\u0032","34"]}}""", Reading.Limits with { MaxHeaderBytes = maxBytes }));

    [Theory]
    [InlineData("Annotations")]
    [InlineData("Labels")]
    [InlineData("Environment")]
    public void Read_Maps_AreCounted(string key)
    {
        var limits = Reading.Limits with { MaxHeaders = 2 };
        Assert.Equal(EnvelopeError.None, Read($$$"""{"Function":"f","{{{key}}}":{"a":"1","b":"2"}}""", limits));
        Assert.Equal(EnvelopeError.TooManyEntries, Read($$$"""{"Function":"f","{{{key}}}":{"a":"1","b":"2","c":"3"}}""", limits));
    }

    [Fact]
    public void Read_NineHundredKilobytesOfHeaders_IsRefused()
    {
        string header = string.Join(",", Enumerable.Range(0, 60_000).Select(i => $"\"H{i}\":[\"v\"]"));
        Assert.Equal(EnvelopeError.TooManyHeaders, Read($$$"""{"Function":"f","Header":{{{{header}}}}}""", Reading.Limits));
    }

    [Theory]
    [InlineData(253, nameof(EnvelopeError.None))]
    [InlineData(254, nameof(EnvelopeError.BadFunctionName))]
    public void Read_FunctionName_IsBounded(int length, string expected) =>
        Assert.Equal(expected, Name($$"""{"Function":"{{new string('f', length)}}"}""", Reading.Limits));
}
