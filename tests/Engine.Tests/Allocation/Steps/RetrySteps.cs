using Paddlewheel.Engine.Ack;
using Paddlewheel.Engine.Deliveries;
using Paddlewheel.Engine.Judge;
using Paddlewheel.Engine.Pipeline;
using Paddlewheel.Engine.Retry;
using Paddlewheel.Engine.Telemetry;
using Paddlewheel.Engine.Timing;

namespace Paddlewheel.Perf.Steps;

internal static class RetrySteps
{
    public const string Room = "Retry";

    public static IEnumerable<Step> All()
    {
        StepClock clock = new();
        Bench bench = new(16, clock);
        TimerWheel wheel = new(clock);
        TicketBook tickets = new(wheel, clock);
        InlineBlock<AckCommand> acks = new(command =>
        {
            if (command.Ticket is { } ticket)
            {
                tickets.Close(ticket);
            }
            else
            {
                bench.Home.Release(command.Delivery!);
            }
        });
        tickets.SendTo(acks);
        RetryBlock block = new(tickets, bench.Home, acks, clock);
        byte[] message = SampleMessages.Call();
        string replyTo = SampleMessages.ReplyTo(42);
        Step.Must(Engine.Wire.AckSubject.TryParse(replyTo, out Engine.Wire.AckSubject ack));

        void Retry(TimeSpan delay)
        {
            Step.Must(bench.Pool.TryRent(out Delivery delivery));
            delivery.Receive(bench.Lane, replyTo, ack, new(message));
            delivery.RenewLease(clock.GetTimestamp(), bench.Home.LeaseFrom(clock.GetTimestamp(), bench.Lane.AckWait));
            delivery.Verdict = new Verdict(VerdictKind.Retry, delay, RetryReason.Status, 0);
            block.Accept(delivery);
            clock.Move(delay);
            Step.Must(wheel.Advance(clock.GetTimestamp(), 8) == 1 && tickets.Waiting == 0);
        }

        yield return new(Room, "wait on the wheel, due, answered", () => Retry(TimeSpan.FromMilliseconds(200)));
        yield return new(Room, "wait on the server", () => Retry(TimeSpan.FromMinutes(2)));
    }
}
