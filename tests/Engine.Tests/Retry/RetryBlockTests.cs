using Paddlewheel.Engine.Ack;
using Paddlewheel.Engine.Deliveries;
using Paddlewheel.Engine.Judge;
using Paddlewheel.Engine.Retry;
using Paddlewheel.Engine.Telemetry;
using Paddlewheel.Engine.Tests.Deliveries;
using Xunit;
using AllocationMeter = Paddlewheel.Perf.Steps.AllocationMeter;
using Step = Paddlewheel.Perf.Steps.Step;

namespace Paddlewheel.Engine.Tests.Retry;

public sealed class RetryBlockTests
{
    private readonly Bench _bench = new();
    private readonly TicketBook _tickets;
    private readonly RetryBlock _retries;

    public RetryBlockTests()
    {
        _tickets = new TicketBook(_bench.Wheel, _bench.Clock);
        _tickets.SendTo(_bench.Acks.Target);
        _retries = new RetryBlock(_tickets, _bench.Home, _bench.Acks.Target, _bench.Clock);
    }

    [Fact]
    public void Accept_HalfTheAckWait_WaitsOnTheWheelAndTheDeliveryIsHome()
    {
        Retry(1, TimeSpan.FromSeconds(15));
        Assert.Empty(_bench.Acks.Commands);
        Assert.Equal(1, _tickets.Waiting);
        _bench.AssertAllHome();

        _bench.Pass(TimeSpan.FromMilliseconds(14_999));
        Assert.Empty(_bench.Acks.Commands);
        _bench.Pass(TimeSpan.FromMilliseconds(2));
        AckCommand nak = Assert.Single(_bench.Acks.Commands);
        Assert.Equal((AckKind.Nak, Bench.ReplyTo(1), TimeSpan.Zero), (nak.Kind, nak.ReplyTo, nak.Delay));
        _tickets.Close(nak.Ticket!);
        Assert.Equal(0, _tickets.Waiting);
    }

    [Fact]
    public void Accept_Longer_WaitsOnTheServer()
    {
        TimeSpan delay = TimeSpan.FromSeconds(15) + TimeSpan.FromTicks(1);
        AssertOnServer(Retry(1, delay), delay);
        Assert.Equal(1, _tickets.Waiting);

        // Its ticket only counts: nothing is sent when the wait is over.
        _bench.Pass(TimeSpan.FromSeconds(16));
        Assert.Single(_bench.Acks.Commands);
        Assert.Equal(0, _tickets.Waiting);
        _bench.AssertAllHome();
    }

    [Fact]
    public void Accept_Draining_WaitsOnTheServer()
    {
        _retries.StartDraining();
        AssertOnServer(Retry(1, TimeSpan.FromSeconds(1)), TimeSpan.FromSeconds(1));
    }

    [Fact]
    public void Accept_LeaseDoesNotLast_WaitsOnTheServer()
    {
        Delivery delivery = _bench.Receive(1);
        _bench.Clock.Move(TimeSpan.FromSeconds(20));
        AssertOnServer(Retry(delivery, TimeSpan.FromSeconds(10)), TimeSpan.FromSeconds(10));
    }

    [Fact]
    public void Accept_NoDelay_IsAnsweredAtOnceWithoutATicket()
    {
        AssertOnServer(Retry(1, TimeSpan.Zero), TimeSpan.Zero);
        Assert.Equal(0, _tickets.Waiting);
    }

    [Fact]
    public void Accept_FullBook_WaitsOnTheServerWithoutATicket()
    {
        Delivery filler = _bench.Receive(99);
        for (int i = 0; i < TicketBook.Limit; i++)
        {
            Assert.True(_tickets.TryOpen(filler, TimeSpan.FromHours(1), onServer: true));
        }

        Assert.False(_tickets.TryOpen(filler, TimeSpan.FromHours(1), onServer: true));
        AssertOnServer(Retry(1, TimeSpan.FromSeconds(1)), TimeSpan.FromSeconds(1), filler);
        Assert.Equal(TicketBook.Limit, _tickets.Waiting);
    }

    [Fact]
    public void HandOver_WithWhatIsLeft_AndOnlyWhatWaitsHere()
    {
        Retry(1, TimeSpan.FromSeconds(10));
        Delivery onServer = Retry(2, TimeSpan.FromSeconds(60));
        _bench.Pass(TimeSpan.FromSeconds(4));
        _bench.Acks.Commands.Clear();

        Assert.Equal(1, _tickets.HandOver());
        AckCommand nak = Assert.Single(_bench.Acks.Commands);
        Assert.Equal(Bench.ReplyTo(1), nak.ReplyTo);
        Assert.InRange(nak.Delay.TotalSeconds, 5.999, 6.001);
        _tickets.Close(nak.Ticket!);
        Assert.Equal((0, 0, 0), (_tickets.Waiting, _bench.Wheel.Count, _tickets.HandOver()));
        _bench.Home.Release(onServer);
        _bench.AssertAllHome();
    }

    [Fact]
    public void HandOver_AlreadyDue_IsNotAnsweredTwice()
    {
        Retry(1, TimeSpan.FromSeconds(1));
        _bench.Pass(TimeSpan.FromSeconds(1.1));
        Assert.Single(_bench.Acks.Commands);
        Assert.Equal(0, _tickets.HandOver());
        Assert.Single(_bench.Acks.Commands);
    }

    [Fact]
    public void TryOpen_SteadyState_ReusesItsTickets()
    {
        Delivery delivery = _bench.Receive(1);
        Step step = new("Retry", "open a ticket, due", () =>
        {
            _tickets.TryOpen(delivery, TimeSpan.FromMilliseconds(1), onServer: true);
            _bench.Clock.Move(TimeSpan.FromMilliseconds(3));
            _bench.Wheel.Advance(_bench.Clock.Timestamp, 10);
        });
        Assert.Equal(0, AllocationMeter.BytesPerMessage(step));
    }

    // The process stood still, or the connection was down, for longer than the lease: somebody else has it by now, and a NAK
    // starts one more copy. The ticket must be closed without a word.
    [Fact]
    public void Due_LeaseRanOutMeanwhile_SaysNothing()
    {
        Retry(1, TimeSpan.FromSeconds(10));
        _bench.Pass(TimeSpan.FromMinutes(2));
        Assert.Empty(_bench.Acks.Commands);
        Assert.Equal(0, _tickets.Waiting);
    }

    private Delivery Retry(ulong sequence, TimeSpan delay) => Retry(_bench.Receive(sequence), delay);

    private Delivery Retry(Delivery delivery, TimeSpan delay)
    {
        delivery.Verdict = new Verdict(VerdictKind.Retry, delay, RetryReason.Status, 0);
        _retries.Accept(delivery);
        return delivery;
    }

    private void AssertOnServer(Delivery delivery, TimeSpan delay, Delivery? alsoHeld = null)
    {
        AckCommand nak = Assert.Single(_bench.Acks.Commands);
        Assert.Equal((AckKind.Nak, delivery, delay, DeliveryState.Answered), (nak.Kind, nak.Delivery, nak.Delay, delivery.State));
        _bench.Home.Release(delivery);
        if (alsoHeld is not null)
        {
            _bench.Home.Release(alsoHeld);
        }

        _bench.AssertAllHome();
    }
}
