using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Paddlewheel.Engine.Integration.Support;

/// <summary>What is written on the connection once the request has been read; the connection is closed when it returns.</summary>
internal delegate Task RawAnswer(Socket connection, CancellationToken stop);

/// <summary>
/// Stands where the gateway stands and answers with bytes of the test's choice, which no HTTP server would write. Every call has a
/// connection of its own.
/// </summary>
internal sealed class RawGateway : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<string, RawAnswer> _functions = new(StringComparer.Ordinal);
    private readonly ConcurrentBag<Task> _connections = [];
    private readonly Task _accepting;

    public RawGateway()
    {
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>What <c>gateway_url</c> names.</summary>
    public string Url => $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    /// <summary>Names of the functions called, in order.</summary>
    public Watch<string> Calls { get; } = new();

    /// <summary>Requests as they came, head and body, in Latin-1 so that every byte stands for itself.</summary>
    public Watch<string> Requests { get; } = new();

    public void On(string function, RawAnswer answer) => _functions[function] = answer;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        await Task.WhenAll(_connections);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _connections.Add(ServeAsync(await _listener.AcceptSocketAsync(_stop.Token)));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Stopped.
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        using Socket connection = socket;
        try
        {
            string request = await ReadRequestAsync(connection);
            string function = request.Split(' ', 3)[1].Split('?')[0].Split('/').Last();
            Requests.Add(request);
            Calls.Add(function);
            await _functions[function](connection, _stop.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException)
        {
            // The worker hung up, as most of these answers deserve, or the test is over.
        }
    }

    // Head and body, so that closing the connection is our answer and not a reset for what lies unread.
    private async Task<string> ReadRequestAsync(Socket connection)
    {
        byte[] buffer = new byte[16 * 1024];
        var text = new StringBuilder();
        while (true)
        {
            int read = await connection.ReceiveAsync(buffer, _stop.Token);
            if (read == 0)
            {
                throw new SocketException((int)SocketError.ConnectionReset);
            }

            text.Append(Encoding.Latin1.GetString(buffer, 0, read));
            string soFar = text.ToString();
            int head = soFar.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (head >= 0 && soFar.Length >= head + 4 + BodyLength(soFar[..head]))
            {
                return soFar;
            }
        }
    }

    private static int BodyLength(string head)
    {
        const string Name = "Content-Length: ";
        string? line = head.Split("\r\n").FirstOrDefault(static l => l.StartsWith(Name, StringComparison.OrdinalIgnoreCase));
        return line is null ? 0 : int.Parse(line[Name.Length..], System.Globalization.CultureInfo.InvariantCulture);
    }
}
