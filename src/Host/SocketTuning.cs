using System.Net.Sockets;

namespace Paddlewheel.Host;

/// <summary>
/// Lets .NET's socket threads run what waits for a socket themselves, instead of handing it to the thread pool: one wake-up of
/// a thread less per answer, and several answers per look at the sockets (ADR 10). Nothing in this program blocks there.
/// </summary>
internal static class SocketTuning
{
    /// <summary>.NET's own switch, read once when the first socket is made; what the operator sets stands.</summary>
    public const string Variable = "DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS";

    public static void Apply()
    {
        if (Environment.GetEnvironmentVariable(Variable) is null)
        {
            Environment.SetEnvironmentVariable(Variable, "1");
        }
    }

    /// <summary>
    /// Starts the socket threads, which the first socket does otherwise. .NET spins until a new thread runs: later, with every
    /// core busy starting something, that takes a time slice each.
    /// </summary>
    public static void StartThreads() => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp).Dispose();
}
