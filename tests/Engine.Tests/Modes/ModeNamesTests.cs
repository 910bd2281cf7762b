using NATS.Client.JetStream.Models;
using Paddlewheel.Engine.Fetch;
using Paddlewheel.Engine.Modes;
using Paddlewheel.Engine.Options;
using Xunit;

namespace Paddlewheel.Engine.Tests.Modes;

public sealed class ModeNamesTests
{
    private static readonly LaneOptions Main = LaneOptions.Main(new EngineOptions { QueueName = "q" });

    [Theory]
    [InlineData("paddlewheel-q", true)]
    [InlineData("paddlewheel-q-e2", true)]
    [InlineData("paddlewheel-q-ex", false)]
    [InlineData("paddlewheel-q-p1", false)]
    [InlineData("paddlewheel-fn-a-01234567-e3", true)]
    [InlineData("theirs", false)]
    public void IsOurs_ByName(string consumer, bool expected) => Assert.Equal(expected, ModeNames.IsOurs(consumer, Main));

    [Theory]
    [InlineData("paddlewheel-q", 0, true)]
    [InlineData("paddlewheel-q", 2, false)]
    [InlineData("paddlewheel-q-e2", 2, true)]
    public void IsOfEpoch_Static(string consumer, int epoch, bool expected) => Assert.Equal(expected, ModeNames.IsOfEpoch(consumer, Main, ScalingMode.Static, epoch));

    // A digest may begin with an e and go on with digits: it is longer than an epoch.
    [Theory]
    [InlineData("paddlewheel-fn-a-e1234567", 1, true)]
    [InlineData("paddlewheel-fn-a-01234567-e3", 3, true)]
    [InlineData("paddlewheel-fn-a-01234567-e3", 1, false)]
    [InlineData("paddlewheel-q", 1, false)]
    public void IsOfEpoch_Function(string consumer, int epoch, bool expected) => Assert.Equal(expected, ModeNames.IsOfEpoch(consumer, Main, ScalingMode.Function, epoch));

    // A hand-made consumer of that prefix, or one of another epoch, is nobody's to remove.
    [Theory]
    [InlineData("q.a", "", 1, "q.a")]
    [InlineData("q.a", "-e3", 3, "q.a")]
    [InlineData("q.a", "-e3", 1, null)]
    [InlineData("q.a", "-mine", 1, null)]
    [InlineData("q.*", "", 1, null)]
    public void SubjectOf_AFunctionsConsumerOfThisEpoch(string filter, string ending, int epoch, string? expected)
    {
        ConsumerInfo info = new() { StreamName = "OF_q", Name = FunctionConsumer.NameOf(filter) + ending, Config = new ConsumerConfig { FilterSubject = filter } };
        Assert.Equal(expected, ModeNames.SubjectOf(info, epoch));
        info.Config = new ConsumerConfig { FilterSubject = filter + ".b" };
        Assert.Null(ModeNames.SubjectOf(info, epoch));
    }

    [Fact]
    public void Reads_APartition_ItsOwnAndWhatReadsEverything()
    {
        LaneOptions one = LaneOptions.Main(new EngineOptions { QueueName = "q", QueuePartitions = 2, FilterPartition = 1 });
        Assert.Equal(("paddlewheel-q-p1", "q.1.>"), (one.Consumer, one.Filter));
        Assert.True(one.Reads([]));
        Assert.True(one.Reads(["q.1.a.n"]));
        Assert.True(one.Reads(["q.>"]));
        Assert.False(one.Reads(["q.0.>"]));
    }
}
