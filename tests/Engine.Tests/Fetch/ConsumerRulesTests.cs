using NATS.Client.JetStream.Models;
using Paddlewheel.Engine.Fetch;
using Paddlewheel.Engine.Options;
using Xunit;

namespace Paddlewheel.Engine.Tests.Fetch;

public sealed class ConsumerRulesTests
{
    private static readonly EngineOptions Options = new() { QueueName = "q", AckWait = TimeSpan.FromSeconds(45) };
    private static readonly LaneOptions Main = LaneOptions.Main(Options);

    [Fact]
    public void Ours_ServerNeverGivesUp()
    {
        ConsumerConfig config = ConsumerRules.Ours(Main);
        Assert.Equal(("paddlewheel-q", ConsumerConfigAckPolicy.Explicit, ConsumerConfigDeliverPolicy.All), (config.Name ?? config.DurableName, config.AckPolicy, config.DeliverPolicy));
        Assert.Equal((TimeSpan.FromSeconds(45), -1L, -1L), (config.AckWait, config.MaxDeliver, config.MaxAckPending));
    }

    [Fact]
    public void Adoptable_TheOnlyUnfilteredPullConsumerOfAWorkQueue()
    {
        ConsumerInfo only = Consumer("someone");
        Assert.Same(only, ConsumerRules.Adoptable([only], Stream(), Main));
    }

    [Fact]
    public void Adoptable_FilteredPushOrSeveral_Nobody()
    {
        Assert.Null(ConsumerRules.Adoptable([], Stream(), Main));
        Assert.Null(ConsumerRules.Adoptable([Consumer("a"), Consumer("b")], Stream(), Main));
        Assert.Null(ConsumerRules.Adoptable([Consumer("a", config => config.FilterSubject = "q.x")], Stream(), Main));
        Assert.Null(ConsumerRules.Adoptable([Consumer("a", config => config.FilterSubjects = ["q.x"])], Stream(), Main));
        Assert.Null(ConsumerRules.Adoptable([Consumer("a", config => config.DeliverSubject = "push")], Stream(), Main));
        Assert.Null(ConsumerRules.Adoptable([Consumer("a")], Stream(StreamConfigRetention.Limits), Main));
        Assert.Null(ConsumerRules.Adoptable([Consumer("a")], Stream(), LaneOptions.Legacy(Options)));
    }

    [Fact]
    public void Check_HandMadeConsumerOfTheDocs_IsTaken() =>
        ConsumerRules.Check(Consumer("faas-workers", config => (config.AckWait, config.MaxAckPending, config.MaxWaiting) = (TimeSpan.FromMinutes(3), 4000, 900)), Stream(StreamConfigRetention.Limits));

    [Fact]
    public void Check_PushConsumer_SaysWhatToDo() => Refused(Consumer("c", config => config.DeliverSubject = "push"), "push consumer", "Delete it");

    [Theory]
    [InlineData(ConsumerConfigAckPolicy.None)]
    [InlineData(ConsumerConfigAckPolicy.All)]
    public void Check_WrongAckPolicy_SaysWhatToDo(ConsumerConfigAckPolicy policy) =>
        Refused(Consumer("c", config => config.AckPolicy = policy), $"ack policy {policy}", "must be explicit");

    [Fact]
    public void Check_MaxDeliver_SaysTheCommand() =>
        Refused(Consumer("c", config => config.MaxDeliver = 5), "max_deliver 5", "nats consumer edit OF_q c --max-deliver=-1");

    [Fact]
    public void Check_InterestRetention_IsRefusedWithOrWithoutAConsumer()
    {
        StreamInfo interest = Stream(StreamConfigRetention.Interest);
        Assert.All(
            [Assert.Throws<ProvisioningException>(() => ConsumerRules.Check(Consumer("c"), interest)), Assert.Throws<ProvisioningException>(() => ConsumerRules.CheckRoomFor(Main, interest, []))],
            refusal => Assert.All(["stream OF_q has interest retention", "work-queue", "nats stream rm OF_q"], word => Assert.Contains(word, refusal.Message, StringComparison.Ordinal)));
    }

    [Fact]
    public void CheckRoomFor_WorkQueueWithOthers_NamesThem()
    {
        ProvisioningException refusal = Assert.Throws<ProvisioningException>(() => ConsumerRules.CheckRoomFor(Main, Stream(), [Consumer("alice"), Consumer("bob")]));
        Assert.Contains("alice, bob", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("nats consumer rm OF_q", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void CheckRoomFor_NoOthersOrNoWorkQueue_IsFine()
    {
        ConsumerRules.CheckRoomFor(Main, Stream(), []);
        ConsumerRules.CheckRoomFor(Main, Stream(StreamConfigRetention.Limits), [Consumer("alice")]);
    }

    private static void Refused(ConsumerInfo consumer, params string[] words)
    {
        ProvisioningException refusal = Assert.Throws<ProvisioningException>(() => ConsumerRules.Check(consumer, Stream()));
        Assert.Contains("consumer c on stream OF_q", refusal.Message, StringComparison.Ordinal);
        Assert.All(words, word => Assert.Contains(word, refusal.Message, StringComparison.Ordinal));
    }

    private static ConsumerInfo Consumer(string name, Action<ConsumerConfig>? change = null)
    {
        ConsumerConfig config = new(name) { AckPolicy = ConsumerConfigAckPolicy.Explicit, MaxDeliver = -1 };
        change?.Invoke(config);
        return new ConsumerInfo { Name = name, StreamName = "OF_q", Config = config };
    }

    private static StreamInfo Stream(StreamConfigRetention retention = StreamConfigRetention.Workqueue) =>
        new() { Config = new StreamConfig("OF_q", ["q.>"]) { Retention = retention }, Created = default, State = new StreamState() };
}
