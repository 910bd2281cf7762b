using System.Buffers;
using System.Text;
using Paddlewheel.Engine.Fetch;
using Xunit;

namespace Paddlewheel.Engine.Tests.Fetch;

public sealed class PullRequestTests
{
    [Theory]
    [InlineData(1, "{\"batch\":1,\"expires\":15000000000,\"idle_heartbeat\":5000000000}")]
    [InlineData(65536, "{\"batch\":65536,\"expires\":15000000000,\"idle_heartbeat\":5000000000}")]
    public void Serialize_DurationsInNanoseconds(int batch, string expected)
    {
        ArrayBufferWriter<byte> output = new();
        PullRequestSerializer.Instance.Serialize(output, new PullRequest(batch, TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(5)));
        Assert.Equal(expected, Encoding.ASCII.GetString(output.WrittenSpan));
    }

    [Fact]
    public void Serialize_NoTime_DoesNotWait()
    {
        ArrayBufferWriter<byte> output = new();
        PullRequestSerializer.Instance.Serialize(output, new PullRequest(3, TimeSpan.Zero, TimeSpan.Zero));
        Assert.Equal("{\"batch\":3,\"no_wait\":true}", Encoding.ASCII.GetString(output.WrittenSpan));
    }
}
