using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Paddlewheel.Engine.Integration.Support;

/// <summary>A way to a server that can be cut and mended, for one client alone; the server goes on for everybody else.</summary>
internal sealed class Pipe : IAsyncDisposable
{
    private readonly int _port;
    private readonly Lock _gate = new();
    private readonly List<TcpClient> _open = [];
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private bool _cut;

    private Pipe(int port)
    {
        _port = port;
        _listener.Start();
    }

    /// <summary>Where the client connects to.</summary>
    public string PortText => ((IPEndPoint)_listener.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);

    public static Pipe To(int port)
    {
        Pipe pipe = new(port);
        _ = pipe.AcceptAsync();
        return pipe;
    }

    /// <summary>Ends every connection; new ones are closed as soon as they come.</summary>
    public void Cut()
    {
        lock (_gate)
        {
            _cut = true;
            _open.ForEach(static client => client.Dispose());
            _open.Clear();
        }
    }

    public void Mend()
    {
        lock (_gate)
        {
            _cut = false;
        }
    }

    public ValueTask DisposeAsync()
    {
        _listener.Dispose();
        Cut();
        return default;
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                TcpClient client = await _listener.AcceptTcpClientAsync();
                TcpClient server = new();
                if (TryKeep(client, server))
                {
                    await server.ConnectAsync(IPAddress.Loopback, _port);
                    _ = CopyAsync(client, server);
                    _ = CopyAsync(server, client);
                }
                else
                {
                    client.Dispose();
                    server.Dispose();
                }
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private bool TryKeep(TcpClient client, TcpClient server)
    {
        lock (_gate)
        {
            if (!_cut)
            {
                _open.AddRange([client, server]);
            }

            return !_cut;
        }
    }

    private static async Task CopyAsync(TcpClient from, TcpClient to)
    {
        try
        {
            await from.GetStream().CopyToAsync(to.GetStream());
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // Cut.
        }
        finally
        {
            from.Dispose();
            to.Dispose();
        }
    }
}
