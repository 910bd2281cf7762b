using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;

namespace Paddlewheel.Perf.Load;

/// <summary>
/// Stands where the gateway and its functions stand, as cheaply as a socket allows: the machine is shared with the worker, so
/// a dear backend would be what is measured. Understands HTTP/1.1 with a Content-Length and nothing else.
/// </summary>
internal sealed class FunctionServer : IAsyncDisposable
{
    /// <summary>What a call id starts with; the call's number follows.</summary>
    public const string CallIdPrefix = "load-";

    private static readonly byte[] Answer = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"u8.ToArray();

    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly CallBook _book;
    private readonly TimeSpan _takes;
    private int _running;
    private int _mostRunning;

    public FunctionServer(CallBook book, TimeSpan takes)
    {
        _book = book;
        _takes = takes;
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(4096);
        _ = AcceptAsync();
    }

    public Uri Url => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndPoint!).Port}");

    /// <summary>Most calls that ran at one time.</summary>
    public int MostRunning => Volatile.Read(ref _mostRunning);

    public ValueTask DisposeAsync()
    {
        _listener.Dispose();
        return default;
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                Socket socket = await _listener.AcceptAsync();
                socket.NoDelay = true;
                _ = ServeAsync(socket);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The run is over.
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        byte[] buffer = new byte[16 * 1024];
        int have = 0;
        try
        {
            while (true)
            {
                int end;
                while ((end = buffer.AsSpan(0, have).IndexOf("\r\n\r\n"u8)) < 0)
                {
                    int read = await socket.ReceiveAsync(buffer.AsMemory(have));
                    if (read == 0)
                    {
                        return;
                    }

                    have += read;
                }

                int call = NumberAfter(buffer.AsSpan(0, end), "X-Call-Id: load-"u8);
                long left = Math.Max(0, NumberAfter(buffer.AsSpan(0, end), "Content-Length: "u8)) - (have - end - 4);
                have = left < 0 ? throw new LoadException("the worker pipelines requests: the function server cannot tell them apart") : 0;
                while (left > 0)
                {
                    int read = await socket.ReceiveAsync(buffer);
                    left -= read == 0 ? throw new SocketException((int)SocketError.ConnectionReset) : read;
                }

                Enter();
                _book.Arrive(call, TimeProvider.System.GetTimestamp());
                if (_takes > TimeSpan.Zero)
                {
                    await Task.Delay(_takes);
                }

                Interlocked.Decrement(ref _running);
                await socket.SendAsync(Answer);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The worker closed the connection; what was cut off shows in the book.
        }
        finally
        {
            socket.Dispose();
        }
    }

    private void Enter()
    {
        int running = Interlocked.Increment(ref _running);
        for (int most = MostRunning; running > most; most = MostRunning)
        {
            Interlocked.CompareExchange(ref _mostRunning, running, most);
        }
    }

    private static int NumberAfter(ReadOnlySpan<byte> head, ReadOnlySpan<byte> label)
    {
        int at = head.IndexOf(label);
        return at >= 0 && Utf8Parser.TryParse(head[(at + label.Length)..], out int number, out _) ? number : -1;
    }
}
