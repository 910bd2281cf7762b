using System.Net;
using System.Net.Sockets;

namespace Paddlewheel.Perf.Scenarios;

/// <summary>Ports of 127.0.0.1 that nobody listens on now.</summary>
internal static class FreePorts
{
    /// <summary>So many different ones: all are held until the last is found.</summary>
    public static int[] Take(int count)
    {
        TcpListener[] listeners = [.. Enumerable.Range(0, count).Select(static _ => new TcpListener(IPAddress.Loopback, 0))];
        try
        {
            Array.ForEach(listeners, static listener => listener.Start());
            return [.. listeners.Select(static listener => ((IPEndPoint)listener.LocalEndpoint).Port)];
        }
        finally
        {
            Array.ForEach(listeners, static listener => listener.Dispose());
        }
    }
}
