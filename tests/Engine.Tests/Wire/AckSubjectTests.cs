using System.Text;
using Paddlewheel.Engine.Wire;
using Xunit;

namespace Paddlewheel.Engine.Tests.Wire;

public sealed class AckSubjectTests
{
    private static readonly AckSubject Expected = new(42, 57, 3, 1_753_700_000_000_000_000, 7);

    [Theory]
    [InlineData("$JS.ACK.OF_faas-request.workers.3.42.57.1753700000000000000.7")]
    [InlineData("$JS.ACK._.AHASH.OF_faas-request.workers.3.42.57.1753700000000000000.7")]
    [InlineData("$JS.ACK.hub.AHASH.OF_faas-request.workers.3.42.57.1753700000000000000.7.rnd")]
    [InlineData("$JS.ACK.hub.AHASH.OF_faas-request.workers.3.42.57.1753700000000000000.7.rnd.more")]
    public void TryParse_BothVersions_GiveTheNumbers(string replyTo)
    {
        Assert.True(AckSubject.TryParse(replyTo, out var fromChars));
        Assert.True(AckSubject.TryParse(Encoding.UTF8.GetBytes(replyTo), out var fromBytes));
        Assert.Equal(Expected, fromChars);
        Assert.Equal(Expected, fromBytes);
    }

    [Fact]
    public void TryParse_LargestNumbers_Fit()
    {
        Assert.True(AckSubject.TryParse(
            "$JS.ACK.s.c.2147483647.18446744073709551615.18446744073709551615.9223372036854775807.18446744073709551615", out var subject));
        Assert.Equal(new AckSubject(ulong.MaxValue, ulong.MaxValue, int.MaxValue, long.MaxValue, ulong.MaxValue), subject);
    }

    [Theory]
    [InlineData("")]
    [InlineData("_INBOX.abc.1")]
    [InlineData("$JS.ACK.s.c.1.1.1.1")]
    [InlineData("$JS.ACK.d.s.c.1.1.1.1.1")]
    [InlineData("$JS.NAK.s.c.1.1.1.1.1")]
    [InlineData("$js.ACK.s.c.1.1.1.1.1")]
    [InlineData("$JS.FC.s.c.1.1.1.1.1")]
    [InlineData("$JS.ACK..c.1.1.1.1.1")]
    [InlineData("$JS.ACK.s..1.1.1.1.1")]
    [InlineData("$JS.ACK.s.c.0.1.1.1.1")]
    [InlineData("$JS.ACK.s.c.1.0.1.1.1")]
    [InlineData("$JS.ACK.s.c.1.1.0.1.1")]
    [InlineData("$JS.ACK.s.c.-1.1.1.1.1")]
    [InlineData("$JS.ACK.s.c.+1.1.1.1.1")]
    [InlineData("$JS.ACK.s.c.1.1.1.1.")]
    [InlineData("$JS.ACK.s.c.1.1.1..1")]
    [InlineData("$JS.ACK.s.c.x.1.1.1.1")]
    [InlineData("$JS.ACK.s.c.1.1.1.1.1x")]
    [InlineData("$JS.ACK.s.c.2147483648.1.1.1.1")]
    [InlineData("$JS.ACK.s.c.1.18446744073709551616.1.1.1")]
    [InlineData("$JS.ACK.s.c.1.1.1.9223372036854775808.1")]
    [InlineData("$JS.ACK.s.c.1.1.1.1.\u0661")]
    [InlineData("........")]
    [InlineData("..........")]
    public void TryParse_Garbage_IsRefused(string replyTo)
    {
        Assert.False(AckSubject.TryParse(replyTo, out _));
        Assert.False(AckSubject.TryParse(Encoding.UTF8.GetBytes(replyTo), out _));
    }
}
