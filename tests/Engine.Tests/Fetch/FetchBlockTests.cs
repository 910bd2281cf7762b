using System.Buffers;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Paddlewheel.Engine.Ack;
using Paddlewheel.Engine.Deliveries;
using Paddlewheel.Engine.Fetch;
using Paddlewheel.Engine.Lanes;
using Paddlewheel.Engine.Pipeline;
using Paddlewheel.Engine.Telemetry;
using Paddlewheel.Engine.Tests.Deliveries;
using Xunit;

namespace Paddlewheel.Engine.Tests.Fetch;

public sealed class FetchBlockTests
{
    private readonly Bench _bench = new(size: 2);
    private readonly List<Delivery> _slots = [];
    private readonly CreditGate _gate;
    private readonly FetchBlock _fetch;

    public FetchBlockTests()
    {
        _gate = new CreditGate(_bench.Lane, new CreditShare(2, _bench.Clock).Join(_bench.Lane), _bench.Pool, 0, _bench.Clock);
        _fetch = new FetchBlock(_bench.Lane, _gate, _bench.Pool, _bench.Home, new InlineBlock<Delivery>(_slots.Add), _bench.Acks.Target, _bench.Metrics, NullLogger.Instance, _bench.Clock);
    }

    [Fact]
    public void ReceiveMessage_GoesToTheSlotsWithItsLeaseRunning()
    {
        _gate.TryAsk(out _, out _);
        Message(Bench.ReplyTo(3), "body");
        Delivery delivery = Assert.Single(_slots);
        Assert.Equal((3UL, DeliveryState.Waiting, _bench.Clock.Timestamp), (delivery.StreamSequence, delivery.State, delivery.LeaseRenewed));
        Assert.Equal((1, 1), (_bench.Lane.Held, _gate.Outstanding));
        Finish(delivery);
        _bench.AssertAllHome();
    }

    [Fact]
    public void ReceiveMessage_HeldSequence_IsNotInvokedTwice()
    {
        Message(Bench.ReplyTo(3));
        Message(Bench.ReplyTo(3, count: 2));
        Delivery delivery = Assert.Single(_slots);
        Assert.Equal(Bench.ReplyTo(3, count: 2), delivery.ReplyTo);
        Assert.Equal((1, 1), (_bench.Pool.InUse, _bench.Lane.Held));
        Finish(delivery);
        _bench.AssertAllHome();
    }

    // The ack of a finished message was lost with its consumer: it comes again, and only the ack is owed.
    [Fact]
    public void ReceiveMessage_DoneSequence_IsAckedAgainAndNotInvoked()
    {
        Message(Bench.ReplyTo(3));
        _bench.Lane.SlotFreed(completed: true);
        _bench.Home.Release(_slots[0], done: true);
        Message(Bench.ReplyTo(3, count: 2));
        Assert.Single(_slots);
        AckCommand command = Assert.Single(_bench.Acks.Commands);
        Assert.Equal((AckKind.Ack, Bench.ReplyTo(3, count: 2)), (command.Kind, command.ReplyTo));
        _bench.AssertAllHome();
    }

    [Fact]
    public void ReceiveMessage_StreamMadeAnew_SameSequenceIsAnotherMessage()
    {
        Message(Bench.ReplyTo(3));
        Delivery old = _slots[0];
        _bench.Lane.Book.Replaced();
        Message(Bench.ReplyTo(3));
        Assert.Equal(2, _slots.Count);
        Assert.False(old.IsOfThisStream);
        Assert.True(_slots[1].IsOfThisStream);
        _slots.ForEach(Finish);
        _bench.AssertAllHome();
    }

    [Fact]
    public void ReceiveMessage_NoRoom_IsHandedBackAtOnce()
    {
        Message(Bench.ReplyTo(1));
        Message(Bench.ReplyTo(2));
        Message(Bench.ReplyTo(3));
        AckCommand command = Assert.Single(_bench.Acks.Commands);
        Assert.Equal((AckKind.Nak, Bench.ReplyTo(3), TimeSpan.Zero), (command.Kind, command.ReplyTo, command.Delay));
        _slots.ForEach(Finish);
        _bench.AssertAllHome();
    }

    [Fact]
    public void ReceiveMessage_Draining_IsHandedBackAtOnce()
    {
        _fetch.StartDraining();
        Message(Bench.ReplyTo(1));
        Assert.Empty(_slots);
        Assert.Equal(Bench.ReplyTo(1), Assert.Single(_bench.Acks.Commands).ReplyTo);
        _bench.AssertAllHome();
    }

    [Fact]
    public void ReceiveMessage_SlotsRefuse_IsAnsweredWithANak()
    {
        FetchBlock fetch = new(_bench.Lane, _gate, _bench.Pool, _bench.Home, Closed(), _bench.Acks.Target, _bench.Metrics, NullLogger.Instance, _bench.Clock);
        fetch.ReceiveMessage(Bench.ReplyTo(1), default);
        AckCommand command = Assert.Single(_bench.Acks.Commands);
        Assert.Equal((AckKind.Nak, DeliveryState.Answered, 0), (command.Kind, command.Delivery!.State, _bench.Lane.Held));
        _bench.Home.Release(command.Delivery);
        _bench.AssertAllHome();
    }

    [Fact]
    public void ReceiveMessage_NotJetStreams_IsDropped()
    {
        Message("somebody.else");
        Assert.Empty(_slots);
        Assert.Empty(_bench.Acks.Commands);
        _bench.AssertAllHome();
    }

    // The server has just given it to us anew, with a whole ack wait: the lease we lost is ours again.
    [Fact]
    public void ReceiveMessage_HeldSequenceWhoseLeaseWasLost_LeaseStartsAnew()
    {
        Message(Bench.ReplyTo(3));
        _bench.Clock.Move(TimeSpan.FromSeconds(31));
        Assert.True(_bench.Home.LeaseIsLost(_slots[0]));
        Message(Bench.ReplyTo(3, count: 2));
        Assert.True(_bench.Home.TryRenewLease(_slots[0]));
        Finish(_slots[0]);
        _bench.AssertAllHome();
    }

    // Its NAK would start a second copy elsewhere while the first is still running here.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void ReceiveMessage_HeldSequenceWhileDrainingOrFull_IsNotHandedBack(bool draining)
    {
        Message(Bench.ReplyTo(3));
        if (draining)
        {
            _fetch.StartDraining();
        }
        else
        {
            Message(Bench.ReplyTo(4));
        }

        Message(Bench.ReplyTo(3, count: 2));
        Assert.Empty(_bench.Acks.Commands);
        Assert.Equal(Bench.ReplyTo(3, count: 2), _slots[0].ReplyTo);
        _slots.ForEach(Finish);
        _bench.AssertAllHome();
    }

    [Theory]
    [InlineData("408 Request Timeout", 0)]
    [InlineData("404 No Messages", 0)]
    [InlineData("409 Batch Completed", 0)]
    [InlineData("409 Exceeded MaxWaiting", 0)]
    [InlineData("409 Leadership Change", 0)]
    [InlineData("409 Server Shutdown", 0)]
    [InlineData("503 No Responders", 0)]
    [InlineData("100 Idle Heartbeat", 2)]
    [InlineData("409 Something New", 2)]
    public void ReceiveStatus_CreditIsVoidOrNot(string line, int outstanding)
    {
        _gate.TryAsk(out int pull, out _);
        _fetch.ReceiveStatus(pull, Status(line));
        Assert.Equal(outstanding, _gate.Outstanding);
    }

    // Believed for ever, it would ask for what others have, again and again.
    [Theory]
    [InlineData("408 Request Timeout", 0)]
    [InlineData("404 No Messages", 0)]
    [InlineData("409 Leadership Change", 7)]
    [InlineData("100 Idle Heartbeat", 7)]
    public void ReceiveStatus_NothingCame_NoMoreIsBelieved(string line, int backlog)
    {
        _gate.TryAsk(out int pull, out _);
        _bench.Lane.Backlog = 7;
        _fetch.ReceiveStatus(pull, Status(line));
        Assert.Equal(backlog, _bench.Lane.Backlog);
    }

    [Fact]
    public void ReceiveStatus_Heartbeat_IsASignOfLifeAndNothingElse()
    {
        List<PullStatusKind> told = [];
        _fetch.OnStatus = (kind, _, _) => told.Add(kind);
        _fetch.ReceiveStatus(0, Status("100 Idle Heartbeat"));
        Assert.Equal(_bench.Clock.Timestamp, _fetch.LastHeard);
        Assert.Empty(told);
        _fetch.ReceiveStatus(0, Status("409 Consumer Deleted"));
        Assert.Equal([PullStatusKind.ConsumerDeleted], told);
    }

    private static InlineBlock<Delivery> Closed()
    {
        InlineBlock<Delivery> block = new(_ => { });
        block.Complete();
        return block;
    }

    private static ReadOnlySequence<byte> Status(string line) => new(Encoding.ASCII.GetBytes($"NATS/1.0 {line}\r\n\r\n"));

    private void Message(string replyTo, string body = "{}") => _fetch.ReceiveMessage(replyTo, new ReadOnlySequence<byte>(Encoding.ASCII.GetBytes(body)));

    private void Finish(Delivery delivery)
    {
        _bench.Lane.SlotFreed(completed: true);
        _bench.Home.Release(delivery);
    }
}
