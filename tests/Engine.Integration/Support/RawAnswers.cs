using System.Net.Sockets;
using System.Text;

namespace Paddlewheel.Engine.Integration.Support;

/// <summary>Answers of a gateway that is broken, overloaded or hostile.</summary>
internal static class RawAnswers
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(100);

    /// <summary>A good answer, to show that the rest of the worker is well.</summary>
    public static RawAnswer Fine { get; } = Once("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok");

    /// <summary>Half a body, then RST.</summary>
    public static RawAnswer ResetMidBody { get; } = async (connection, stop) =>
    {
        await SendAsync(connection, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf of it", stop);
        connection.LingerState = new LingerOption(true, 0);
    };

    /// <summary>Half a body, then FIN, as a gateway that was stopped does.</summary>
    public static RawAnswer ClosedMidBody { get; } = Once("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf of it");

    /// <summary>A byte now and then, for ever: every read makes progress and the answer never ends.</summary>
    public static RawAnswer SlowBody { get; } = async (connection, stop) =>
    {
        await SendAsync(connection, "HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n", stop);
        using var timer = new PeriodicTimer(Pace);
        while (await timer.WaitForNextTickAsync(stop))
        {
            await SendAsync(connection, "x", stop);
        }
    };

    /// <summary>Chunks as fast as they are read, for ever.</summary>
    public static RawAnswer EndlessBody { get; } =
        ForEver("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "4000\r\n" + new string('x', 0x4000) + "\r\n");

    /// <summary>Headers as fast as they are read, for ever.</summary>
    public static RawAnswer HeaderBomb { get; } = ForEver("HTTP/1.1 200 OK\r\n", "X-Bomb: " + new string('x', 1000) + "\r\n");

    /// <summary>One header line that never ends.</summary>
    public static RawAnswer EndlessHeader { get; } = ForEver("HTTP/1.1 200 OK\r\nX-Bomb: ", new string('x', 1000));

    /// <summary>A chunk whose length is no number.</summary>
    public static RawAnswer InvalidChunk { get; } = Once("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nzz\r\nworld\r\n0\r\n\r\n");

    /// <summary>Interim answers as fast as they are read, and never a final one.</summary>
    public static RawAnswer InterimFlood { get; } = ForEver("", string.Concat(Enumerable.Repeat("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n", 50)));

    /// <summary>Another protocol.</summary>
    public static RawAnswer NotHttp { get; } = Once("220 mail.example ESMTP\r\n");

    private static RawAnswer Once(string text) => (connection, stop) => SendAsync(connection, text, stop);

    private static RawAnswer ForEver(string head, string again) => async (connection, stop) =>
    {
        await SendAsync(connection, head, stop);
        byte[] bytes = Encoding.Latin1.GetBytes(again);
        while (true)
        {
            await connection.SendAsync(bytes, stop);
        }
    };

    private static async Task SendAsync(Socket connection, string text, CancellationToken stop) =>
        await connection.SendAsync(Encoding.Latin1.GetBytes(text), stop);
}
