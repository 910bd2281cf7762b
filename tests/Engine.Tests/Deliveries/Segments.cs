using System.Buffers;

namespace Paddlewheel.Engine.Tests.Deliveries;

/// <summary>A sequence of several segments, as a receive buffer gives it when a message crosses its end.</summary>
internal sealed class Segments : ReadOnlySequenceSegment<byte>
{
    private Segments(byte[] bytes, long at)
    {
        Memory = bytes;
        RunningIndex = at;
    }

    public static ReadOnlySequence<byte> Of(params byte[][] parts)
    {
        Segments first = new(parts[0], 0);
        Segments last = first;
        foreach (byte[] part in parts.Skip(1))
        {
            Segments next = new(part, last.RunningIndex + last.Memory.Length);
            last.Next = next;
            last = next;
        }

        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }
}
