using System.Buffers;
using System.Globalization;
using System.Text;
using Paddlewheel.Engine.Wire;

namespace Paddlewheel.Engine.Simulation;

/// <summary>One message and how its function behaves: fails a number of times, then answers a final status.</summary>
internal sealed class SimMessage(int id, long at)
{
    private byte[]? _payload;

    public int Id { get; } = id;

    /// <summary>Ticks after the start at which it is published.</summary>
    public long At { get; } = at;

    public required int Lane { get; init; }

    public required int Failures { get; init; }

    public required int FinalStatus { get; init; }

    /// <summary>Of every call of its function.</summary>
    public required TimeSpan Duration { get; init; }

    public required bool HasCallback { get; init; }

    /// <summary>No worker can read it.</summary>
    public required bool IsPoison { get; init; }

    /// <summary>The envelope as a producer writes it.</summary>
    public ReadOnlySequence<byte> Payload => new(_payload ??= Write());

    /// <summary>How the run-th run ends, counted from 0.</summary>
    public FunctionAnswer Answer(int run)
    {
        if (run >= Failures)
        {
            return new FunctionAnswer(FinalStatus);
        }

        return (Id % 4) switch
        {
            0 => new FunctionAnswer(503, IsReset: true),
            1 => new FunctionAnswer(503, RetryAfterSeconds: Id % 7),
            _ => new FunctionAnswer(500),
        };
    }

    private byte[] Write()
    {
        if (IsPoison)
        {
            return "{\"Function\":"u8.ToArray();
        }

        string id = Id.ToString(CultureInfo.InvariantCulture);
        ArrayBufferWriter<byte> output = new();
        EnvelopeWriter.Write(output, new EnvelopeFields
        {
            Function = "f" + id,
            Body = new ReadOnlySequence<byte>(Encoding.ASCII.GetBytes("body of " + id)),
            Header = [new("X-Call-Id", id)],
            CallbackUrl = HasCallback ? new Uri("http://receiver/" + id) : null,
        });
        return output.WrittenSpan.ToArray();
    }
}

/// <param name="Status">Its status; what stands for it when there is none.</param>
/// <param name="RetryAfterSeconds">Of the header; -1 for none.</param>
/// <param name="IsReset">The connection breaks instead.</param>
internal readonly record struct FunctionAnswer(int Status, int RetryAfterSeconds = -1, bool IsReset = false);
