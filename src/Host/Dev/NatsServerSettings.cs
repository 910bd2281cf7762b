namespace Paddlewheel.Host.Dev;

/// <summary>How a private nats-server is started; the defaults give an empty one on a free port of 127.0.0.1.</summary>
internal sealed record NatsServerSettings
{
    /// <summary>-1 lets the server choose a free port.</summary>
    public int Port { get; init; } = -1;

    /// <summary>Where JetStream keeps its files; null: below the process's own temporary folder, removed with it.</summary>
    public string? StoreDirectory { get; init; }

    /// <summary>A further configuration file (<c>-c</c>), for authentication, TLS or limits.</summary>
    public string? ConfigFile { get; init; }

    /// <summary>Appended to the command line as they are.</summary>
    public IReadOnlyList<string> ExtraArguments { get; init; } = [];

    /// <summary>Longest wait for the server to accept connections.</summary>
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromSeconds(30);
}
