namespace Paddlewheel.Host.Dev;

/// <summary>A place from which nats-server can be fetched when the machine has none.</summary>
internal abstract class NatsServerSource
{
    /// <summary>How progress lines and the final error name this place.</summary>
    public abstract string Name { get; }

    /// <summary>Puts an executable into <paramref name="staging"/>, an empty folder on the cache's own disk, and returns its path.</summary>
    /// <exception cref="NatsServerUnavailableException">This place cannot serve this machine; the message says why.</exception>
    public abstract Task<string> FetchAsync(string staging, Action<string> say, CancellationToken cancellationToken);
}
