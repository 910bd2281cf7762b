namespace Paddlewheel.Host.Dev;

/// <summary>Where <see cref="NatsServerResolver"/> looks, in its order; an argument, so that a test can build its own machine.</summary>
internal sealed record ResolverPlaces
{
    /// <summary>Value of <c>NATS_SERVER</c>; null or empty means not set.</summary>
    public string? Named { get; init; }

    /// <summary>Value of <c>PATH</c>.</summary>
    public string? SearchPath { get; init; }

    /// <summary>The per-user cache folder; made when needed.</summary>
    public required string Cache { get; init; }

    /// <summary>Asked in order when nothing was found.</summary>
    public IReadOnlyList<NatsServerSource> Sources { get; init; } = [];

    /// <summary>This machine: environment, per-user cache, the official release, then Debian's package.</summary>
    public static ResolverPlaces OfThisMachine() => new()
    {
        Named = Environment.GetEnvironmentVariable("NATS_SERVER"),
        SearchPath = Environment.GetEnvironmentVariable("PATH"),
        Cache = DefaultCache(),
        Sources = [new GitHubReleaseSource(), new DebianPackageSource(DebianPackageSource.NewestFirst)],
    };

    private static string DefaultCache()
    {
        string? root = Environment.GetEnvironmentVariable("XDG_CACHE_HOME");
        if (string.IsNullOrEmpty(root) || !Path.IsPathRooted(root))
        {
            root = OperatingSystem.IsWindows()
                ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData)
                : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");
        }

        return Path.Combine(root, "paddlewheel", "nats-server");
    }
}
