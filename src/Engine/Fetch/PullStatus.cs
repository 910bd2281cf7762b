using System.Buffers;
using System.Buffers.Text;

namespace Paddlewheel.Engine.Fetch;

/// <summary>What the server says on the pull inbox beside messages; each is handled by name.</summary>
internal enum PullStatusKind
{
    /// <summary>A status this version does not know.</summary>
    Unknown,

    /// <summary>100: alive, nothing to send.</summary>
    Heartbeat,

    /// <summary>404: nothing there for a pull that did not want to wait.</summary>
    NoMessages,

    /// <summary>408: the pull expired.</summary>
    Expired,

    /// <summary>409: a new leader; every pull is void.</summary>
    LeadershipChange,

    /// <summary>409: the server goes down.</summary>
    ServerShutdown,

    /// <summary>409: the head message does not fit the byte budget.</summary>
    MaxBytes,

    /// <summary>409: the batch is done.</summary>
    BatchCompleted,

    /// <summary>409: too many pulls wait on this consumer.</summary>
    MaxWaiting,

    /// <summary>409: the pull asks for more than the consumer allows.</summary>
    MaxRequest,

    /// <summary>409: consumer or stream deleted.</summary>
    ConsumerDeleted,

    /// <summary>409: it is a push consumer.</summary>
    PushConsumer,

    /// <summary>400: we wrote a malformed pull.</summary>
    BadRequest,

    /// <summary>412: the server refuses this API level.</summary>
    ApiLevel,

    /// <summary>423: another client is pinned.</summary>
    WrongPin,

    /// <summary>503: nobody answers for this consumer.</summary>
    NoResponders,
}

/// <summary>Reads the status line of a message without a body: <c>NATS/1.0 409 Consumer Deleted</c>.</summary>
internal static class PullStatus
{
    /// <param name="headers">The message's headers, the status line first.</param>
    /// <param name="code">The status' number; 0 when there is none.</param>
    /// <param name="text">The rest of the line.</param>
    /// <param name="left">Messages that the server still owed to a pull that it ends; <see cref="int.MaxValue"/> for all of it, -1 when it does not say.</param>
    public static PullStatusKind Parse(in ReadOnlySequence<byte> headers, out int code, out string text, out int left)
    {
        byte[] bytes = headers.ToArray();
        ReadOnlySpan<byte> line = bytes;
        int end = line.IndexOf("\r\n"u8);
        left = end < 0 ? -1 : Left(line[end..]);
        line = end < 0 ? line : line[..end];
        code = 0;
        text = "";
        if (!line.StartsWith("NATS/1.0"u8))
        {
            return PullStatusKind.Unknown;
        }

        line = line[8..].TrimStart((byte)' ');
        if (!Utf8Parser.TryParse(line, out code, out int digits))
        {
            return PullStatusKind.Unknown;
        }

        text = System.Text.Encoding.UTF8.GetString(line[digits..].Trim((byte)' '));
        PullStatusKind kind = Kind(code, text);

        // Refused where it stood: nothing was ever given to it.
        left = kind == PullStatusKind.NoMessages || (kind == PullStatusKind.Expired && Says(text, "Requests Pending")) ? int.MaxValue : left;
        return kind;
    }

    private static int Left(ReadOnlySpan<byte> fields)
    {
        ReadOnlySpan<byte> name = "Nats-Pending-Messages:"u8;
        int at = fields.IndexOf(name);
        return at >= 0 && Utf8Parser.TryParse(fields[(at + name.Length)..].TrimStart((byte)' '), out int left, out _) ? left : -1;
    }

    private static PullStatusKind Kind(int code, string text) => code switch
    {
        100 => PullStatusKind.Heartbeat,
        400 => PullStatusKind.BadRequest,
        404 => PullStatusKind.NoMessages,
        408 => PullStatusKind.Expired,
        409 => Conflict(text),
        412 => PullStatusKind.ApiLevel,
        423 => PullStatusKind.WrongPin,
        503 => PullStatusKind.NoResponders,
        _ => PullStatusKind.Unknown,
    };

    private static PullStatusKind Conflict(string text) => text switch
    {
        _ when Says(text, "Leadership Change") => PullStatusKind.LeadershipChange,
        _ when Says(text, "Server Shutdown") => PullStatusKind.ServerShutdown,
        _ when Says(text, "Message Size Exceeds MaxBytes") => PullStatusKind.MaxBytes,
        _ when Says(text, "Batch Completed") => PullStatusKind.BatchCompleted,
        _ when Says(text, "Exceeded MaxWaiting") => PullStatusKind.MaxWaiting,
        _ when Says(text, "Exceeded MaxRequest") => PullStatusKind.MaxRequest,
        _ when Says(text, "Consumer Deleted") => PullStatusKind.ConsumerDeleted,
        _ when Says(text, "push based") => PullStatusKind.PushConsumer,
        _ => PullStatusKind.Unknown,
    };

    private static bool Says(string text, string what) => text.Contains(what, StringComparison.OrdinalIgnoreCase);
}
