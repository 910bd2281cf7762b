using System.Text;
using Paddlewheel.Engine.Deliveries;
using Paddlewheel.Engine.Invoke;
using Paddlewheel.Engine.Timing;
using Paddlewheel.Engine.Wire;

namespace Paddlewheel.Perf.Steps;

internal static class InvokeSteps
{
    public const string Room = "Invoke";

    public static IEnumerable<Step> All()
    {
        Bench bench = new();
        Delivery first = bench.Take(SampleMessages.Call(1024, call: 1), 1);
        Delivery second = bench.Take(SampleMessages.Call(1024, call: 2), 2);
        Delivery shorter = bench.Take(SampleMessages.Call(1000, call: 3), 3);
        Delivery empty = bench.Take(SampleMessages.Call(0, call: 4), 4);
        Delivery renamed = bench.Take(SampleMessages.Call(1024, call: 5, forwarded: "X-Real-Ip"), 5);

        yield return new(Room, "judge 8 headers", () =>
        {
            Envelope envelope = first.Envelope;
            int forwarded = 0;
            for (int row = 0; row < envelope.HeaderCount; row++)
            {
                forwarded += HeaderRules.Judge(envelope.HeaderName(row), envelope.HeaderValue(row)) == HeaderFate.Forward ? 1 : 0;
            }

            Step.Must(forwarded == 6);
        });

        byte[] prefix = "http://gateway:8080/function/"u8.ToArray();
        byte[] url = new byte[FunctionPath.MaxBytes(prefix.Length, first.Envelope)];
        TargetCache targets = new();
        yield return new(Room, "build a target and find its URI", () =>
        {
            Step.Must(FunctionPath.TryWrite(prefix, first.Envelope, url, out int written, out _));
            Step.Must(targets.Get(url.AsSpan(0, written)) is not null);
        });

        SlotTarget slot = new(prefix, targets);
        yield return new(Room, "the target of the call before", () => Step.Must(slot.TryGet(first.Envelope, out _, out _)));

        Uri target = new("http://gateway:8080/function/echo");
        yield return Request("request: same header names, other values", first, second, target);
        yield return Request("request: other header names", first, renamed, target);
        yield return Request("request: same header names, no body", empty, empty, target);

        // .NET keeps the length of a content as a boxed number: a length that changes costs a box, whatever we do.
        yield return Request("request: same header names, another body length", first, shorter, target) with { IsFree = false };
        yield return Block(first);

        Deadline deadline = new(new TimerWheel(TimeProvider.System), TimeSpan.FromMinutes(1));
        yield return new(Room, "deadline: start and stop", () =>
        {
            deadline.Start(TimeProvider.System.GetTimestamp());
            deadline.Stop();
        });
    }

    private static Step Request(string name, Delivery one, Delivery other, Uri target)
    {
        SlotRequest request = new("queue-worker/0.1.0");
        bool turn = false;
        return new(Room, name, () =>
        {
            turn = !turn;
            request.Begin(turn ? one : other, target);
            request.End();
        });
    }

    // As the connection asks for it while it writes the request.
    private static Step Block(Delivery delivery)
    {
        HeaderBlock block = new("queue-worker/0.1.0");
        block.Begin(delivery.Envelope);
        byte[] written = new byte[4096];
        Encoding encoding = block;
        return new(Room, "header block: token to bytes", () =>
        {
            Step.Must(encoding.GetMaxByteCount(1) > 1);
            Step.Must(encoding.GetBytes(HeaderBlock.Token, written) > 1);
        });
    }
}
