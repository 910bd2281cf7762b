using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Paddlewheel.Perf.Scenarios;

/// <summary>
/// Stands where the gateway and its functions stand, as cheaply as a socket allows: the machine is shared with the worker, so
/// a dear backend would be what is measured. Understands HTTP/1.1 with a Content-Length and nothing else.
/// </summary>
internal sealed class FunctionServer : IAsyncDisposable
{
    /// <summary>What a call id starts with; the call's number follows.</summary>
    public const string CallIdPrefix = "load-";

    private static readonly byte[] Accepted = Answer(200);

    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly CallBook _book;
    private readonly Dictionary<string, Function> _functions;
    private readonly Dictionary<string, Function>.AlternateLookup<ReadOnlySpan<char>> _byName;
    private readonly Function? _only;

    public FunctionServer(CallBook book, IReadOnlyList<FunctionBehaviour> functions)
    {
        _book = book;
        _functions = functions.ToDictionary(static it => it.Name, static it => new Function(it), StringComparer.Ordinal);
        _byName = _functions.GetAlternateLookup<ReadOnlySpan<char>>();
        _only = _functions.Count == 1 ? _functions.Values.First() : null;
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(4096);
        _ = AcceptAsync();
    }

    public Uri Url => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndPoint!).Port}");

    /// <summary>Where results may be posted.</summary>
    public Uri CallbackUrl => new(Url, "/callback");

    /// <summary>All functions together.</summary>
    public FunctionBook All { get; } = new();

    /// <summary>Told the number of each call that has been answered, on the thread that answers: must be short.</summary>
    public Action<int>? Answered { get; set; }

    /// <summary>Told the number of each call whose run begins, on the thread that runs it: must be short.</summary>
    public Action<int>? Began { get; set; }

    /// <summary>What one function has seen.</summary>
    public FunctionBook this[string function] => _functions[function].Book;

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
                Function? function = Named(buffer.AsSpan(0, end));
                long left = Math.Max(0, NumberAfter(buffer.AsSpan(0, end), "Content-Length: "u8)) - (have - end - 4);
                have = left < 0 ? throw new LoadException("the worker pipelines requests: the function server cannot tell them apart") : 0;
                while (left > 0)
                {
                    int read = await socket.ReceiveAsync(buffer);
                    left -= read == 0 ? throw new SocketException((int)SocketError.ConnectionReset) : read;
                }

                await socket.SendAsync(function is null ? CalledBack(call) : await RunAsync(function, call));
                Answered?.Invoke(call);
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

    private ValueTask<byte[]> RunAsync(Function function, int call)
    {
        long now = TimeProvider.System.GetTimestamp();
        Replicas.Replica? replica = function.Behaviour.Replicas?.Take();
        if (replica is null && function.Behaviour.Replicas is not null)
        {
            function.Book.Reject();
            return new(Answer(function.Behaviour.RejectStatus));
        }

        if (!function.Book.TryEnter(function.Behaviour.Capacity, now))
        {
            return new(Answer(function.Behaviour.RejectStatus));
        }

        All.TryEnter(0, now);
        _book.Arrive(call, now);
        Began?.Invoke(call);
        TimeSpan takes = function.Behaviour.Takes;
        return takes > TimeSpan.Zero ? SlowlyAsync(function, call, replica, takes) : new(Left(function, call, replica));
    }

    private async ValueTask<byte[]> SlowlyAsync(Function function, int call, Replicas.Replica? replica, TimeSpan takes)
    {
        await Task.Delay(takes);
        return Left(function, call, replica);
    }

    private byte[] Left(Function function, int call, Replicas.Replica? replica)
    {
        if (replica is not null)
        {
            function.Behaviour.Replicas!.Leave(replica);
        }

        long now = TimeProvider.System.GetTimestamp();
        function.Book.Leave(now);
        All.Leave(now);
        int status = function.Behaviour.FailsFirst > 0 && _book.Runs(call) <= function.Behaviour.FailsFirst ? 503 : function.Behaviour.Status;
        return status == 200 ? Accepted : Answer(status);
    }

    private byte[] CalledBack(int call)
    {
        _book.CallBack(call);
        return Accepted;
    }

    // Null for a callback. The name ends at the path's next part, at the query or at the blank before the version.
    private Function? Named(ReadOnlySpan<byte> head)
    {
        int at = head.IndexOf("/function/"u8);
        if (at < 0 || at > head.IndexOf((byte)'\r'))
        {
            return null;
        }

        if (_only is not null)
        {
            return _only;
        }

        ReadOnlySpan<byte> name = head[(at + "/function/".Length)..];
        name = name[..name.IndexOfAny("/? "u8)];
        Span<char> text = stackalloc char[name.Length];
        Encoding.ASCII.GetChars(name, text);
        return _byName[text];
    }

    private static byte[] Answer(int status) => Encoding.ASCII.GetBytes($"HTTP/1.1 {status} As-Asked\r\nContent-Length: 0\r\n\r\n");

    private static int NumberAfter(ReadOnlySpan<byte> head, ReadOnlySpan<byte> label)
    {
        int at = head.IndexOf(label);
        return at >= 0 && Utf8Parser.TryParse(head[(at + label.Length)..], out int number, out _) ? number : -1;
    }

    private sealed record Function(FunctionBehaviour Behaviour)
    {
        public FunctionBook Book { get; } = new();
    }
}
