using System.Text;
using CsCheck;
using Paddlewheel.Engine.Calls;
using Xunit;

namespace Paddlewheel.Engine.Tests.Calls;

/// <summary>Every id has a key that NATS takes, and gets back out of it what it was.</summary>
public sealed class CallKeyTests
{
    [Theory]
    [InlineData("5bf8aa57-7cbb-4bd4-8fee-7c4e4f1b0a11")]
    [InlineData("Order_17-b")]
    public void Of_PlainId_IsTheIdItself(string id) => Assert.Equal(id, CallKey.Of(id));

    [Theory]
    [InlineData("a.b")]
    [InlineData("*")]
    [InlineData(">")]
    [InlineData("a/b")]
    [InlineData("=YS5i")] // looks encoded
    [InlineData("$JS.API")]
    public void Of_AnyOtherId_IsOneTokenThatNobodyElseHas(string id)
    {
        string key = CallKey.Of(id);
        Assert.NotEqual(id, key);
        Assert.Matches("^=[A-Za-z0-9_-]+$", key);
    }

    [Fact]
    public void ToCallId_OfAnyId_IsTheId() => Gen.String[Gen.Char[' ', '~'], 1, 128].Sample(static id =>
    {
        string key = CallKey.Of(id);
        Assert.Matches("^=?[A-Za-z0-9_-]+$", key);
        Assert.Equal(id, Encoding.UTF8.GetString(CallKey.ToCallId(key)!));
    });

    [Fact]
    public void ToCallId_WrittenByHandWithADot_IsItself() => Assert.Equal("a.b"u8.ToArray(), CallKey.ToCallId("a.b"));

    [Theory]
    [InlineData("")]
    [InlineData("=")]
    [InlineData("=a")]
    [InlineData("=***")]
    public void ToCallId_NoKeyOfAnId_IsNull(string key) => Assert.Null(CallKey.ToCallId(key));

    [Fact]
    public void ToCallId_LongerThanAnyId_IsNull()
    {
        Assert.NotNull(CallKey.ToCallId(new string('a', CallKey.MostBytes)));
        Assert.Null(CallKey.ToCallId(new string('a', CallKey.MostBytes + 1)));
        Assert.Null(CallKey.ToCallId(new string('a', 100_000)));
    }
}
