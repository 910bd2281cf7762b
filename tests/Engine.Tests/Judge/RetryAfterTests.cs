using Paddlewheel.Engine.Judge;
using Xunit;

namespace Paddlewheel.Engine.Tests.Judge;

public sealed class RetryAfterTests
{
    private static readonly DateTimeOffset Moment = new(1994, 11, 6, 8, 49, 37, TimeSpan.Zero);

    [Theory]
    [InlineData("30", 30)]
    [InlineData(" 30\t", 30)]
    [InlineData("0", 0)]
    [InlineData("007", 7)]
    [InlineData("-5", -5)]
    [InlineData("99999999999999999999999", 922_337_203_685)]
    [InlineData("9223372036854775807", 922_337_203_685)]
    public void Parse_Seconds(string value, long seconds)
    {
        RetryAfter parsed = RetryAfter.Parse(value);
        Assert.Equal((RetryAfterKind.Seconds, seconds), (parsed.Kind, parsed.Seconds));
        Assert.True(parsed.Wait(Moment) >= TimeSpan.Zero);
    }

    [Theory]
    [InlineData("Sun, 06 Nov 1994 08:49:37 GMT")]
    [InlineData("Sunday, 06-Nov-94 08:49:37 GMT")]
    [InlineData("Sun Nov  6 08:49:37 1994")]
    public void Parse_EachDateFormatOfTheRfc(string value)
    {
        RetryAfter parsed = RetryAfter.Parse(value);
        Assert.Equal((RetryAfterKind.Date, Moment), (parsed.Kind, parsed.Date));
        Assert.Equal(TimeSpan.FromSeconds(7), parsed.Wait(Moment.AddSeconds(-7)));
        Assert.Equal(TimeSpan.Zero, parsed.Wait(Moment.AddSeconds(7)));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData("soon")]
    [InlineData("-")]
    [InlineData("+5")]
    [InlineData("1.5")]
    [InlineData("5s")]
    [InlineData("1e3")]
    [InlineData("30, 60")]
    [InlineData("Sun, 06 Nov 1994")]
    [InlineData("1994-11-06T08:49:37Z")]
    [InlineData("Sun, 36 Nov 1994 08:49:37 GMT")]
    public void Parse_Garbage_None(string? value) => Assert.Equal(default, RetryAfter.Parse(value));

    [Fact]
    public void Parse_SecondsOrDate_AllocatesNothing()
    {
        ParseMany(100);
        long before = GC.GetAllocatedBytesForCurrentThread();
        ParseMany(10_000);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        static void ParseMany(int times)
        {
            for (int i = 0; i < times; i++)
            {
                RetryAfter.Parse("120");
                RetryAfter.Parse("Sun, 06 Nov 1994 08:49:37 GMT");
            }
        }
    }
}
