using Paddlewheel.Engine.Deliveries;
using Paddlewheel.Engine.Judge;
using Paddlewheel.Engine.Lanes;
using Paddlewheel.Engine.Retry;
using Paddlewheel.Engine.Tests.Deliveries;
using Paddlewheel.Engine.Wire;
using Xunit;

namespace Paddlewheel.Engine.Tests.Lanes;

public sealed class LaneLimitsTests
{
    private readonly Bench _bench = new();

    [Theory]
    [InlineData("""{"max_inflight":"5"}""", 5)]
    [InlineData("""{"max_inflight":"5s"}""", 0)]
    [InlineData("""{"max_inflight":"-5"}""", 0)]
    [InlineData("""{"max_inflight":""}""", 0)]
    [InlineData("""{"other":"7"}""", 0)]
    public void HintOf_Environment_IsANumberOrNothing(string environment, int expected)
    {
        byte[] json = System.Text.Encoding.UTF8.GetBytes($$"""{"Function":"f","Environment":{{environment}}}""");
        Envelope envelope = new();
        Assert.Equal(EnvelopeError.None, envelope.Read(json, json.Length, new EnvelopeLimits(1000, 64, 10, 1000)));
        Assert.Equal(expected, LaneLimits.HintOf(envelope));
    }

    [Theory]
    [InlineData(200, InvocationError.None, CallOutcome.Succeeded)]
    [InlineData(404, InvocationError.None, CallOutcome.Accepted)]
    [InlineData(429, InvocationError.None, CallOutcome.Rejected)]
    [InlineData(503, InvocationError.None, CallOutcome.Failed)]
    [InlineData(504, InvocationError.Timeout, CallOutcome.Failed)]
    internal void OutcomeOf_Status_OnlyA429IsARejection(int status, InvocationError error, CallOutcome expected)
    {
        Delivery delivery = _bench.Receive(1);
        delivery.Result = new InvocationResult { Status = status, Error = error };
        Assert.Equal(expected, LaneLimits.OutcomeOf(delivery));
    }

    // What waits for room must not wait for its backoff, and no more of it may come back than there is room for.
    [Fact]
    public void Wake_RejectedCalls_OldestFirstAndNoMoreThanThereIsRoom()
    {
        TicketBook book = Book();
        foreach (ulong sequence in (ulong[])[1, 2, 3])
        {
            Open(book, sequence, status: 429, onServer: sequence == 2);
        }

        Assert.Equal(3, _bench.Lane.Rejected.Count);
        Assert.Equal(2, book.Wake(_bench.Lane, 2));
        Assert.Equal([Bench.ReplyTo(1), Bench.ReplyTo(2)], _bench.Acks.Commands.Select(command => command.Ticket!.ReplyTo));
        Assert.Equal(1, _bench.Lane.Rejected.Count);
    }

    [Fact]
    public void Wake_OtherFailures_WaitForTheirBackoff()
    {
        TicketBook book = Book();
        Open(book, 1, status: 503, onServer: false);
        Assert.Equal(0, book.Wake(_bench.Lane, 5));
        Assert.Empty(_bench.Acks.Commands);
    }

    [Fact]
    public void Close_RejectedCall_LeavesTheLine()
    {
        TicketBook book = Book();
        Open(book, 1, status: 429, onServer: true);
        _bench.Clock.Move(TimeSpan.FromSeconds(11));
        _bench.Wheel.Advance(_bench.Clock.Timestamp, int.MaxValue);
        Assert.Equal(0, _bench.Lane.Rejected.Count);
        Assert.Equal(0, book.Waiting);
    }

    private TicketBook Book()
    {
        _bench.Lane.Line.Adaptive = new AdaptiveLimit(new AdaptiveRules(), _bench.Clock, new Random(1));
        TicketBook book = new(_bench.Wheel, _bench.Clock);
        book.SendTo(_bench.Acks.Target);
        return book;
    }

    private void Open(TicketBook book, ulong sequence, int status, bool onServer)
    {
        Delivery delivery = _bench.Receive(sequence);
        delivery.Result = new InvocationResult { Status = status };
        Assert.True(book.TryOpen(delivery, TimeSpan.FromSeconds(10), onServer));
    }
}
