using System.Security.Cryptography;

namespace Paddlewheel.Host;

/// <summary>
/// .NET takes random numbers from OpenSSL, and loading that takes longer than reading the configuration does. Whoever connects
/// to NATS needs one, for the name of an inbox: it is loaded meanwhile.
/// </summary>
internal static class RandomNumbers
{
    public static void Prepare() => ThreadPool.UnsafeQueueUserWorkItem(static _ => RandomNumberGenerator.Fill(stackalloc byte[1]), null);
}
