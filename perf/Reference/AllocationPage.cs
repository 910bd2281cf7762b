using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Paddlewheel.Perf.Reference;

/// <summary>
/// Says on <c>metrics_port</c> what the process has allocated, under the worker's own name for it, so that bytes per message can be
/// held against each other. Whatever is asked gets the same answer; nothing here runs unless somebody asks.
/// </summary>
internal static class AllocationPage
{
    public static async Task ServeAsync(int port)
    {
        using TcpListener listener = new(IPAddress.Loopback, port);
        listener.Start();
        byte[] request = new byte[4096];
        while (true)
        {
            using TcpClient client = await listener.AcceptTcpClientAsync();
            NetworkStream stream = client.GetStream();
            if (await stream.ReadAsync(request) > 0)
            {
                string page = FormattableString.Invariant(
                    $"paddlewheel_allocated_bytes_total {GC.GetTotalAllocatedBytes()}\ndotnet_collection_count_total{{generation=\"0\"}} {GC.CollectionCount(0)}\ndotnet_collection_count_total{{generation=\"2\"}} {GC.CollectionCount(2)}\n");
                await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: {page.Length}\r\nConnection: close\r\n\r\n{page}"));
            }
        }
    }
}
