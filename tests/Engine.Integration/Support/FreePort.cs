using System.Net;
using System.Net.Sockets;

namespace Paddlewheel.Engine.Integration.Support;

/// <summary>Loopback ports: one nobody uses now, or whether a certain one is free.</summary>
internal static class FreePort
{
    /// <summary>A port that is free now; the kernel does not hand the same one out again soon.</summary>
    public static int Next()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Nobody listens on <paramref name="port"/>, on any address.</summary>
    public static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Any, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
