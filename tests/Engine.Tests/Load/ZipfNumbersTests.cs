using Paddlewheel.Perf.Scenarios;
using Xunit;

namespace Paddlewheel.Engine.Tests.Load;

public sealed class ZipfNumbersTests
{
    [Fact]
    public void Next_ManyDraws_RanksHaveTheirPart()
    {
        const int draws = 100_000;
        ZipfNumbers zipf = new(100, 1, new Random(7));
        int[] times = new int[100];
        for (int i = 0; i < draws; i++)
        {
            times[zipf.Next()]++;
        }

        // The harmonic number of 100.
        double sum = 5.187;
        Assert.InRange(times[0], draws / sum * 0.97, draws / sum * 1.03);
        Assert.InRange(times[9], draws / sum / 10 * 0.9, draws / sum / 10 * 1.1);
        Assert.InRange(times[50..].Sum(), draws * 0.12, draws * 0.15);
        Assert.DoesNotContain(0, times);
    }

    [Fact]
    public void Next_SameSeed_SameDraws()
    {
        ZipfNumbers one = new(50, 1, new Random(3)), other = new(50, 1, new Random(3));
        Assert.Equal(Enumerable.Range(0, 200).Select(_ => one.Next()), Enumerable.Range(0, 200).Select(_ => other.Next()));
    }

    [Fact]
    public void Next_ExponentZero_AllAlike()
    {
        ZipfNumbers zipf = new(2, 0, new Random(5));
        Assert.InRange(Enumerable.Range(0, 10_000).Sum(_ => zipf.Next()), 4800, 5200);
    }
}
