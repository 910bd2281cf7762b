using System.Net;
using System.Net.Sockets;

namespace Paddlewheel.Engine.Callback;

/// <summary>
/// Opens the callback client's connections: resolves the name itself and connects to the address that it has vetted. Asking twice,
/// once to check and once to connect, would let a name answer differently the second time.
/// </summary>
internal sealed class VettedConnector(AddressPolicy policy, Func<string, CancellationToken, Task<IPAddress[]>>? resolve = null)
{
    private readonly Func<string, CancellationToken, Task<IPAddress[]>> _resolve = resolve ?? Dns.GetHostAddressesAsync;

    /// <summary>A TCP connection to the first allowed address that answers; <see cref="CallbackBlockedException"/> when none is allowed.</summary>
    public async ValueTask<Stream> ConnectAsync(DnsEndPoint target, CancellationToken cancellationToken)
    {
        // An address is not a name: the resolver would complain of some of those that the policy is about.
        IPAddress[] all = IPAddress.TryParse(target.Host, out IPAddress? address) ? [address] : await _resolve(target.Host, cancellationToken).ConfigureAwait(false);
        IPAddress[] allowed = [.. all.Where(one => !policy.Denies(one))];
        if (allowed.Length == 0)
        {
            throw all.Length == 0 ? new SocketException((int)SocketError.HostNotFound) : new CallbackBlockedException();
        }

        Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(allowed, target.Port, cancellationToken).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}

/// <summary>Every address of a callback's host is denied.</summary>
internal sealed class CallbackBlockedException() : Exception("every address of the host is denied")
{
    /// <summary>Is this, or what caused it, a refusal of ours? The HTTP client wraps what a connection throws.</summary>
    public static bool IsIn(Exception? exception)
    {
        while (exception is not (null or CallbackBlockedException))
        {
            exception = exception.InnerException;
        }

        return exception is not null;
    }
}
