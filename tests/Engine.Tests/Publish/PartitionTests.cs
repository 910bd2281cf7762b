using Paddlewheel.Engine.Publish;
using Xunit;

namespace Paddlewheel.Engine.Tests.Publish;

public sealed class PartitionTests
{
    // FNV-1a's own vectors, and those of docs/partitions.md.
    [Theory]
    [InlineData("", 0x811c9dc5)]
    [InlineData("a", 0xe40c292c)]
    [InlineData("foobar", 0xbf9cf968)]
    public void Hash_PublishedVectors(string text, uint expected) => Assert.Equal(expected, Partition.Hash(text));

    [Theory]
    [InlineData("echo", "openfaas-fn", 4, 2)]
    [InlineData("figlet", "openfaas-fn", 4, 0)]
    [InlineData("echo", "dev", 4, 1)]
    [InlineData("größe", "openfaas-fn", 7, 3)]
    public void Of_DocumentedVectors(string function, string @namespace, int partitions, int expected) => Assert.Equal(expected, Partition.Of(function, @namespace, partitions));

    [Fact]
    public void Render_WithPartitions_TheNumberStandsBehindTheQueue() =>
        Assert.Equal("q.2.echo.openfaas-fn", SubjectTemplate.Partitioned.Render("q", "echo", "openfaas-fn", 4));
}
