using System.Buffers;
using Paddlewheel.Engine.Ack;
using Paddlewheel.Engine.Deliveries;
using Paddlewheel.Engine.Pipeline;
using Paddlewheel.Engine.Telemetry;
using Paddlewheel.Engine.Timing;

namespace Paddlewheel.Perf.Steps;

internal static class AckSteps
{
    public const string Room = "Ack";

    public static IEnumerable<Step> All()
    {
        ArrayBufferWriter<byte> output = new(256);
        yield return Write("write an ack", output, new AckPayload(AckKind.Ack, 0, null));
        yield return Write("write a renewal", output, new AckPayload(AckKind.InProgress, 0, null));
        yield return Write("write a NAK with a delay", output, new AckPayload(AckKind.Nak, 12_345_678_901, null));
        yield return Write("write a TERM with a reason", output, new AckPayload(AckKind.Term, 0, "the message is not JSON"));

        AckReplay replay = new(TimeProvider.System);
        string replyTo = SampleMessages.ReplyTo(42);
        yield return new(Room, "remember an ack for a replay", () => replay.Remember(replyTo, AckKind.Ack));

        Bench bench = new();
        Delivery delivery = bench.Take(SampleMessages.Call());
        yield return new(Room, "make a command", () => Step.Must(AckCommand.Ack(delivery).Delivery is not null));
        yield return Batch();
    }

    private static Step Batch()
    {
        StepClock clock = new();
        TimerWheel wheel = new(clock);
        WaitRing<AckCommand> ring = new(8, loops: 1, grows: true);
        WaitRing<AckCommand>.Waiter loop = new();
        AckBatch batch = new(ring, wheel);
        Bench bench = new(1, clock);
        bench.Lane.AcksAtOnce = AckBatch.Size;
        Delivery delivery = bench.Take(SampleMessages.Call());
        return new(Room, "two acks that wait for each other, and for the wheel", () =>
        {
            ValueTask<bool> read = ring.ReadAsync(loop);
            Step.Must(batch.TryWrite(AckCommand.Ack(delivery)) && batch.TryWrite(AckCommand.Ack(delivery)) && !read.IsCompleted);
            clock.Move(TimeSpan.FromMilliseconds(2));
            wheel.Advance(clock.GetTimestamp(), 16);
            Step.Must(read.IsCompletedSuccessfully && read.Result && ring.TryRead(out _));
        });
    }

    private static Step Write(string name, ArrayBufferWriter<byte> output, AckPayload payload) => new(Room, name, () =>
    {
        output.ResetWrittenCount();
        AckPayloadSerializer.Instance.Serialize(output, payload);
    });
}
