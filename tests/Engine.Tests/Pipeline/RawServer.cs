using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Paddlewheel.Engine.Tests.Pipeline;

/// <summary>
/// A listener on loopback that keeps every request as the bytes that came. Answers 200 with an empty body, or cuts the
/// connection in the middle when told to. One connection at a time.
/// </summary>
internal sealed class RawServer : IAsyncDisposable
{
    private readonly TcpListener _listener;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _accepting;
    private volatile bool _cutNext;

    public RawServer(string address = "127.0.0.1", int port = 0)
    {
        _listener = new TcpListener(IPAddress.Parse(address), port);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public Uri Url => new($"http://127.0.0.1:{Port}/function/f");

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Connections accepted so far.</summary>
    public int Connections { get; private set; }

    /// <summary>What every request is answered with.</summary>
    public string Answer { get; set; } = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

    /// <summary>Answers wait for this.</summary>
    public Task Gate { get; set; } = Task.CompletedTask;

    /// <summary>Requests in order, as Latin-1 so that every byte stands for itself.</summary>
    public List<string> Requests { get; } = [];

    /// <summary>The next request gets no answer: its connection is reset after the head was read.</summary>
    public void CutNext() => _cutNext = true;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            using Socket socket = await _listener.AcceptSocketAsync(_stop.Token);
            Connections++;
            await ServeAsync(socket);
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        byte[] buffer = new byte[64 * 1024];
        StringBuilder text = new();
        while (true)
        {
            int head = text.ToString().IndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (head >= 0 && text.Length >= head + 4 + BodyLength(text.ToString(0, head)))
            {
                int length = head + 4 + BodyLength(text.ToString(0, head));
                Requests.Add(text.ToString(0, length));
                text.Remove(0, length);
                if (_cutNext)
                {
                    _cutNext = false;
                    socket.LingerState = new LingerOption(true, 0);
                    return;
                }

                await Gate.WaitAsync(_stop.Token);
                await socket.SendAsync(Encoding.Latin1.GetBytes(Answer), _stop.Token);
                continue;
            }

            int read = await socket.ReceiveAsync(buffer, _stop.Token);
            if (read == 0)
            {
                return;
            }

            text.Append(Encoding.Latin1.GetString(buffer, 0, read));
        }
    }

    private static int BodyLength(string head)
    {
        string line = head.Split("\r\n").FirstOrDefault(line => line.StartsWith("Content-Length: ", StringComparison.OrdinalIgnoreCase)) ?? "Content-Length: 0";
        return int.Parse(line[16..], System.Globalization.CultureInfo.InvariantCulture);
    }
}
