using System.Text;
using Paddlewheel.Engine.Judge;
using Xunit;

namespace Paddlewheel.Engine.Tests.Judge;

public sealed class StatusSetTests
{
    [Fact]
    public void Contains_EveryStatus_OnlyTheMembers()
    {
        int[] members = [100, 127, 128, 429, 511, 512, 599];
        StatusSet set = new(members);
        for (int status = -700; status < 1_300; status++)
            Assert.Equal(members.Contains(status), set.Contains(status));
    }

    [Theory]
    [InlineData("429", new[] { 429 })]
    [InlineData("429,500, 502 ,\t503", new[] { 429, 500, 502, 503 })]
    [InlineData("429,429", new[] { 429 })]
    [InlineData("100,599", new[] { 100, 599 })]
    public void TryParse_List_ReadsEachStatus(string list, int[] members)
    {
        Assert.True(StatusSet.TryParse(Encoding.UTF8.GetBytes(list), out StatusSet? set));
        for (int status = 0; status < 1_000; status++)
            Assert.Equal(members.Contains(status), set.Contains(status));
    }

    [Theory]
    [InlineData("")]
    [InlineData(",")]
    [InlineData("429,")]
    [InlineData("429,,500")]
    [InlineData("99")]
    [InlineData("600")]
    [InlineData("5xx")]
    [InlineData("+42")]
    [InlineData("0429")]
    [InlineData("429 500")]
    [InlineData("429;500")]
    [InlineData("429, five hundred")]
    public void TryParse_Garbage_False(string list)
    {
        Assert.False(StatusSet.TryParse(Encoding.UTF8.GetBytes(list), out StatusSet? set));
        Assert.Null(set);
    }

    [Theory]
    [InlineData(99)]
    [InlineData(600)]
    public void Constructor_OutsideTheRange_Throws(int status) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new StatusSet([status]));
}
