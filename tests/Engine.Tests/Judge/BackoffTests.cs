using CsCheck;
using Paddlewheel.Engine.Judge;
using Paddlewheel.Engine.Options;
using Xunit;

namespace Paddlewheel.Engine.Tests.Judge;

public sealed class BackoffTests
{
    private static readonly TimeSpan Initial = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Max = TimeSpan.FromSeconds(120);

    [Theory]
    [InlineData(1, 10)]
    [InlineData(2, 20)]
    [InlineData(3, 40)]
    [InlineData(4, 80)]
    [InlineData(5, 120)]
    [InlineData(6, 120)]
    [InlineData(62, 120)]
    [InlineData(63, 120)]
    [InlineData(64, 120)]
    [InlineData(1_024, 120)]
    [InlineData(1_025, 120)]
    [InlineData(int.MaxValue, 120)]
    [InlineData(0, 10)]
    [InlineData(int.MinValue, 10)]
    public void Wait_Exponential_DoublesUpToTheCap(int retry, int seconds)
    {
        StubRandom random = new(0.5);
        Assert.Equal(TimeSpan.FromSeconds(seconds), Backoff.Wait(Initial, Max, retry, JitterMode.Exponential, random));
        Assert.Equal(0, random.Asked);
    }

    [Theory]
    [InlineData(10, "00:14:30")]
    [InlineData(100, "03:14:30")]
    public void Wait_AllRetriesOfTheDefaults_AddUpAsDocumented(int retries, string total)
    {
        TimeSpan sum = TimeSpan.Zero;
        for (int retry = 1; retry <= retries; retry++)
            sum += Backoff.Wait(Initial, Max, retry, JitterMode.Exponential, new StubRandom(0));

        Assert.Equal(TimeSpan.Parse(total, System.Globalization.CultureInfo.InvariantCulture), sum);
    }

    [Theory]
    [InlineData(JitterMode.Full, 0.0, 0L)]
    [InlineData(JitterMode.Full, 1.0, 400_000_000L)]
    [InlineData(JitterMode.Equal, 0.0, 200_000_000L)]
    [InlineData(JitterMode.Equal, 1.0, 400_000_000L)]
    public void Wait_Jitter_ReachesBothEndsExactly(JitterMode mode, double point, long ticks) =>
        Assert.Equal(new TimeSpan(ticks), Backoff.Wait(Initial, Max, 3, mode, new StubRandom(point)));

    [Fact]
    public void Wait_EqualOfAnOddWait_IsNotBelowHalf()
    {
        Assert.Equal(new TimeSpan(4), Backoff.Wait(new TimeSpan(7), Max, 1, JitterMode.Equal, new StubRandom(0)));
        Assert.Equal(new TimeSpan(7), Backoff.Wait(new TimeSpan(7), Max, 1, JitterMode.Equal, new StubRandom(1)));
    }

    [Theory]
    [InlineData(JitterMode.Full, 0.0, 10.0)]
    [InlineData(JitterMode.Equal, 5.0, 10.0)]
    public void Wait_Jitter_IsSpreadEvenlyOverItsRange(JitterMode mode, double low, double high)
    {
        // 10 bins of 2,000 expected: a tenth off is 4.7 standard deviations, and the seed is fixed.
        Random random = new(20_260_301);
        int[] bins = new int[10];
        for (int i = 0; i < 20_000; i++)
        {
            double seconds = Backoff.Wait(Initial, Max, 1, mode, random).TotalSeconds;
            Assert.InRange(seconds, low, high);
            bins[Math.Min(9, (int)((seconds - low) / (high - low) * 10))]++;
        }

        Assert.All(bins, count => Assert.InRange(count, 1_800, 2_200));
    }

    [Fact]
    public void Wait_AnyArguments_IsNeverNegativeNorAboveTheCap()
    {
        Gen<long> ticks = Gen.OneOf(Gen.Long, Gen.Long[-10, 10], Gen.Const(long.MaxValue), Gen.Const(long.MinValue), Gen.Const(0L));
        Gen.Select(ticks, ticks, Gen.Int, Gen.Enum<JitterMode>(), Gen.Double[0, 1]).Sample((initial, max, retry, mode, point) =>
        {
            TimeSpan wait = Backoff.Wait(new TimeSpan(initial), new TimeSpan(max), retry, mode, new StubRandom(point));
            return wait >= TimeSpan.Zero && wait.Ticks <= Math.Max(0, max);
        });
    }

    [Fact]
    public void Wait_LongestPossible_DoesNotOverflow()
    {
        Assert.Equal(TimeSpan.MaxValue, Backoff.Wait(TimeSpan.MaxValue, TimeSpan.MaxValue, 1_500, JitterMode.Exponential, new StubRandom(1)));
        Assert.Equal(TimeSpan.MaxValue.Ticks - 1, Backoff.Wait(TimeSpan.MaxValue, TimeSpan.MaxValue, 1, JitterMode.Full, new StubRandom(1)).Ticks);
        Assert.Equal(TimeSpan.MaxValue, Backoff.Wait(TimeSpan.MaxValue, TimeSpan.MaxValue, 1, JitterMode.Equal, new StubRandom(1)));
    }
}
