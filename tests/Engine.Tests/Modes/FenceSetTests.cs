using Paddlewheel.Engine.Modes;
using Xunit;

namespace Paddlewheel.Engine.Tests.Modes;

public sealed class FenceSetTests
{
    private static readonly FenceSet OneForAll = new([new Fence("c", UpTo: 10, Settled: 4, Era: 1, [])]);

    [Theory]
    [InlineData(4, "Settled")]
    [InlineData(5, "Held")]
    [InlineData(10, "Held")]
    [InlineData(11, "Free")]
    public void Judge_FencedConsumerHadIt_ByItsSequence(ulong sequence, string expected) =>
        Assert.Equal(expected, OneForAll.Judge(sequence, "q.a.n", "lane").ToString());

    [Fact]
    public void Judge_ItsOwnDelivery_IsFree() => Assert.Equal(FenceVerdict.Free, OneForAll.Judge(5, "q.a.n", "c"));

    [Fact]
    public void Judge_AnotherSubject_IsFree()
    {
        FenceSet set = new([new Fence("a", 10, 0, 2, ["q.a.n"]), new Fence("w", 10, 0, 2, ["q.*.x", "p.>"])]);
        Assert.Equal(FenceVerdict.Held, set.Judge(5, "q.a.n", "lane"));
        Assert.Equal(FenceVerdict.Held, set.Judge(5, "q.b.x", "lane"));
        Assert.Equal(FenceVerdict.Held, set.Judge(5, "p.b.x.y", "lane"));
        Assert.Equal(FenceVerdict.Free, set.Judge(5, "q.b.n", "lane"));
    }

    // The younger one was only given a copy of what the older one holds.
    [Fact]
    public void Judge_TwoHadIt_TheOlderEraHoldsIt()
    {
        FenceSet set = new([new Fence("young", 20, 20, 3, ["q.a.n"]), new Fence("old", 10, 0, 1, [])]);
        Assert.Equal(FenceVerdict.Held, set.Judge(5, "q.a.n", "lane"));
        Assert.Equal(FenceVerdict.Held, set.Judge(5, "q.a.n", "young"));
        Assert.Equal(FenceVerdict.Free, set.Judge(5, "q.a.n", "old"));
        Assert.Equal(FenceVerdict.Settled, set.Judge(15, "q.a.n", "lane"));
    }

    [Theory]
    [InlineData("q.>", "q.a", true)]
    [InlineData("q.>", "q", false)]
    [InlineData("q.*", "q.a", true)]
    [InlineData("q.*", "q.a.b", false)]
    [InlineData("q.a", "q.a", true)]
    [InlineData("q.a.b", "q.a", false)]
    [InlineData("*.a", "q.a", true)]
    [InlineData(">", "q", true)]
    public void Matches_AsTheServerDoes(string filter, string subject, bool expected) => Assert.Equal(expected, SubjectFilter.Matches(filter, subject));
}
