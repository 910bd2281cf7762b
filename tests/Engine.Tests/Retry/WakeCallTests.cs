using Paddlewheel.Engine.Ack;
using Paddlewheel.Engine.Deliveries;
using Paddlewheel.Engine.Judge;
using Paddlewheel.Engine.Retry;
using Paddlewheel.Engine.Telemetry;
using Paddlewheel.Engine.Tests.Deliveries;
using Paddlewheel.Engine.Wire;
using Xunit;

namespace Paddlewheel.Engine.Tests.Retry;

/// <summary>A waiting retry whose call is cancelled is asked for at once, wherever it waits.</summary>
public sealed class WakeCallTests
{
    private readonly Bench _bench = new();
    private readonly TicketBook _tickets;
    private readonly RetryBlock _retries;

    public WakeCallTests()
    {
        _tickets = new TicketBook(_bench.Wheel, _bench.Clock);
        _tickets.SendTo(_bench.Acks.Target);
        _retries = new RetryBlock(_tickets, _bench.Home, _bench.Acks.Target, _bench.Clock);
    }

    [Theory]
    [InlineData(10)] // on the wheel
    [InlineData(100)] // on the server
    public void WakeCall_OneThatWaits_IsAskedForAtOnceAndOnce(int seconds)
    {
        Retry(1, "one", seconds);
        Retry(2, "two", seconds);
        _bench.Acks.Commands.Clear();

        _tickets.WakeCall("one"u8);
        _tickets.WakeCall("one"u8);
        AckCommand nak = Assert.Single(_bench.Acks.Commands);
        Assert.Equal((AckKind.Nak, Bench.ReplyTo(1), TimeSpan.Zero), (nak.Kind, nak.ReplyTo, nak.Delay));
        _tickets.Close(nak.Ticket!);
        Assert.Equal(1, _tickets.Waiting);
    }

    [Fact]
    public void WakeCall_SeveralOfOneCall_AreAllAskedFor()
    {
        Retry(1, "one", 1);
        Retry(2, "two", 1);
        Retry(3, "one", 1);
        Retry(4, "one", 1);
        _tickets.WakeCall("one"u8);
        Assert.Equal([Bench.ReplyTo(1), Bench.ReplyTo(3), Bench.ReplyTo(4)], _bench.Acks.Commands.Select(static it => it.ReplyTo).Order());
    }

    [Fact]
    public void WakeCall_NoneOrOneThatIsOver_DoesNothing()
    {
        Retry(1, "one", 1);
        Retry(2, "", 1);
        _bench.Pass(TimeSpan.FromSeconds(2));
        Assert.Equal(2, _bench.Acks.Commands.Count);
        _bench.Acks.Commands.ForEach(command => _tickets.Close(command.Ticket!));
        _bench.Acks.Commands.Clear();

        _tickets.WakeCall("one"u8);
        _tickets.WakeCall(""u8);
        _tickets.WakeCall("nobody"u8);
        Assert.Empty(_bench.Acks.Commands);

        // Used again for another call.
        Retry(3, "two", 1);
        _tickets.WakeCall("one"u8);
        Assert.Empty(_bench.Acks.Commands);
    }

    private void Retry(ulong sequence, string callId, int seconds)
    {
        byte[] message = System.Text.Encoding.ASCII.GetBytes(callId.Length > 0 ? $$"""{"Header":{"X-Call-Id":["{{callId}}"]},"Function":"echo"}""" : """{"Function":"echo"}""");
        Delivery delivery = _bench.Receive(sequence, payload: message);
        Assert.Equal(EnvelopeError.None, delivery.Envelope.Read(delivery.Buffer, delivery.Length, Paddlewheel.Perf.Steps.SampleMessages.Limits));
        delivery.Verdict = new Verdict(VerdictKind.Retry, TimeSpan.FromSeconds(seconds), RetryReason.Status, 0);
        _retries.Accept(delivery);
    }
}
