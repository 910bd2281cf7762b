using System.Globalization;
using System.Text;
using Paddlewheel.Engine.Calls;
using Paddlewheel.Engine.Deliveries;
using Paddlewheel.Engine.Invoke;
using Paddlewheel.Engine.Retry;
using Paddlewheel.Engine.Timing;

namespace Paddlewheel.Perf.Steps;

internal static class CallsSteps
{
    public const string Room = "Calls";

    public static IEnumerable<Step> All()
    {
        Bench bench = new();
        Delivery delivery = bench.Take(SampleMessages.Call(call: 1), 1);
        Delivery other = bench.Take(SampleMessages.Call(call: 2), 2);
        CancelledCalls none = new(bench.Time);
        yield return new(Room, "cancelled? in an empty set", () => Step.Must(!none.Holds(delivery.Envelope)));

        CancelledCalls some = new(bench.Time);
        for (int id = 0; id < 10_000; id++)
        {
            some.Add(Encoding.ASCII.GetBytes("another-" + id.ToString(CultureInfo.InvariantCulture)), out _);
        }

        some.Add(other.Envelope.CallId.ToArray(), out _);
        yield return new(Room, "cancelled? in a set of 10,000", () => Step.Must(!some.Holds(delivery.Envelope) && some.Holds(other.Envelope)));

        RunningCall running = new(new Deadline(new TimerWheel(TimeProvider.System), TimeSpan.FromMinutes(1)));
        yield return new(Room, "running call: begin and end", () =>
        {
            running.Begin(delivery, TimeProvider.System.GetTimestamp());
            running.End();
        });

        TicketBook book = new(new TimerWheel(bench.Time), bench.Time);
        CallTickets tickets = new();
        Ticket[] waiting = [.. Enumerable.Range(0, 16).Select(_ => new Ticket(book))];
        for (int i = 0; i < waiting.Length; i++)
        {
            // Two of each call.
            waiting[i].Open("", bench.Lane, 1, onServer: false, 0, 0, i / 2 + 1);
        }

        void InAndOut()
        {
            foreach (Ticket ticket in waiting)
            {
                tickets.Add(ticket);
            }

            foreach (Ticket ticket in waiting)
            {
                tickets.Remove(ticket);
            }
        }

        yield return new(Room, "tickets by call: 16 in and out", InAndOut) { Messages = 16 };
    }
}
