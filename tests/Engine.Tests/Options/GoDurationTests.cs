using System.Text;
using CsCheck;
using Paddlewheel.Engine.Options;
using Xunit;

namespace Paddlewheel.Engine.Tests.Options;

public sealed class GoDurationTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("-0", 0)]
    [InlineData("0s", 0)]
    [InlineData("10s", 100_000_000)]
    [InlineData("+10s", 100_000_000)]
    [InlineData("-10s", -100_000_000)]
    [InlineData("1m", 600_000_000)]
    [InlineData("1m05s", 650_000_000)]
    [InlineData("1h30m", 54_000_000_000)]
    [InlineData("1.5h", 54_000_000_000)]
    [InlineData(".5s", 5_000_000)]
    [InlineData("5.s", 50_000_000)]
    [InlineData("100ms", 1_000_000)]
    [InlineData("1us", 10)]
    [InlineData("1\u00b5s", 10)]
    [InlineData("1\u03bcs", 10)]
    [InlineData("200ns", 2)]
    [InlineData("1ns", 1)]
    [InlineData("-1ns", -1)]
    [InlineData("30m10s1ms", 18_100_010_000)]
    [InlineData("0.33333333333333333333s", 3_333_334)]
    [InlineData("2562047h47m16.854775807s", 92_233_720_368_547_759)]
    [InlineData("-9223372036854775808ns", -92_233_720_368_547_759)]
    public void TryParse_WhatGoAccepts_GivesTheSameDuration(string text, long ticks)
    {
        Assert.True(GoDuration.TryParse(text, out var value));
        Assert.Equal(ticks, value.Ticks);
        Assert.True(GoDuration.TryParse(Encoding.UTF8.GetBytes(text), out var fromBytes));
        Assert.Equal(value, fromBytes);
    }

    [Theory]
    [InlineData("")]
    [InlineData("5")]
    [InlineData("-")]
    [InlineData("+")]
    [InlineData("s")]
    [InlineData(".")]
    [InlineData(".s")]
    [InlineData("-.")]
    [InlineData("+.s")]
    [InlineData("--1s")]
    [InlineData("3000")]
    [InlineData("1d")]
    [InlineData("1S")]
    [InlineData("1 s")]
    [InlineData(" 1s")]
    [InlineData("1s ")]
    [InlineData("1s5")]
    [InlineData("1..5s")]
    [InlineData("1,5s")]
    [InlineData("\u0661s")]
    [InlineData("9223372036854775808ns")]
    [InlineData("-9223372036854775809ns")]
    [InlineData("9223372036854ms1000000000000000000ns")]
    [InlineData("3000000h")]
    [InlineData("99999999999999999999999s")]
    public void TryParse_WhatGoRefuses_IsRefused(string text)
    {
        Assert.False(GoDuration.TryParse(text, out var value));
        Assert.Equal(TimeSpan.Zero, value);
        Assert.False(GoDuration.TryParse(Encoding.UTF8.GetBytes(text), out _));
    }

    [Fact]
    public void TryParse_BareInteger_IsSecondsOnlyWhenAsked()
    {
        Assert.False(GoDuration.TryParse("90", out _));
        Assert.True(GoDuration.TryParse("90", out var value, bareSeconds: true));
        Assert.Equal(TimeSpan.FromSeconds(90), value);
        Assert.True(GoDuration.TryParse("-5", out value, bareSeconds: true));
        Assert.Equal(TimeSpan.FromSeconds(-5), value);
        Assert.True(GoDuration.TryParse("90"u8, out value, bareSeconds: true));
        Assert.Equal(TimeSpan.FromSeconds(90), value);
        Assert.False(GoDuration.TryParse("1.5", out _, bareSeconds: true));
        Assert.False(GoDuration.TryParse("9223372037", out _, bareSeconds: true));
        Assert.False(GoDuration.TryParse("99999999999999999999", out _, bareSeconds: true));
    }

    [Fact]
    public void TryParse_BytesThatAreNotUtf8OrTooLong_AreRefused()
    {
        Assert.False(GoDuration.TryParse([(byte)'1', 0xff, (byte)'s'], out _));
        var longest = Encoding.UTF8.GetBytes(new string('0', GoDuration.MaxUtf8Bytes - 2) + "1s");
        Assert.True(GoDuration.TryParse(longest, out var value));
        Assert.Equal(TimeSpan.FromSeconds(1), value);
        Assert.False(GoDuration.TryParse([(byte)'0', .. longest], out _));
    }

    [Theory]
    [InlineData(0, "0s")]
    [InlineData(1, "100ns")]
    [InlineData(15, "1.5µs")]
    [InlineData(10_000, "1ms")]
    [InlineData(1_005_000, "100.5ms")]
    [InlineData(10_000_000, "1s")]
    [InlineData(15_000_000, "1.5s")]
    [InlineData(600_000_000, "1m0s")]
    [InlineData(650_000_000, "1m5s")]
    [InlineData(36_000_000_000, "1h0m0s")]
    [InlineData(-54_000_000_000, "-1h30m0s")]
    public void Format_WritesAsGoDoes(long ticks, string text) => Assert.Equal(text, GoDuration.Format(new TimeSpan(ticks)));

    [Fact]
    public void Format_ThenTryParse_ReturnsTheSameDuration() =>
        Gen.Long[-92_233_720_368_547_758, 92_233_720_368_547_758].Sample(ticks =>
        {
            var text = GoDuration.Format(new TimeSpan(ticks));
            // Go scales fractions in floating point: a tick of rounding is the format's, not ours.
            return GoDuration.TryParse(text, out var back) && Math.Abs(back.Ticks - ticks) <= 1;
        });

    [Fact]
    public void TryParse_Bytes_AllocatesNothing()
    {
        var utf8 = "1m30.5s"u8;

        // One call does not warm it up: what the runtime makes for itself when code reaches its second tier would be counted.
        for (var i = 0; i < 1_000; i++)
        {
            Assert.True(GoDuration.TryParse(utf8, out _));
        }

        var parsed = 0;
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 10_000; i++)
        {
            parsed += GoDuration.TryParse(utf8, out _) ? 1 : 0;
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(10_000, parsed);
    }
}
