using Xunit;

namespace Paddlewheel.Engine.Integration.Support;

/// <summary>Which nats-server programs the tests run.</summary>
internal static class NatsBinaries
{
    /// <summary>The newest obtainable.</summary>
    public static Task<string> NewestAsync(CancellationToken cancellationToken) =>
        Task.FromResult(Environment.GetEnvironmentVariable("NATS_SERVER") ?? throw new InvalidOperationException("set NATS_SERVER"));

    /// <summary>The oldest supported, 2.9.10 as Debian bookworm has it; skips where it cannot be had.</summary>
    public static Task<string> OldestAsync(CancellationToken cancellationToken)
    {
        string? old = Environment.GetEnvironmentVariable("NATS_SERVER_OLD");
        Assert.SkipWhen(old is null, "no nats-server 2.9.10 here");
        return Task.FromResult(old!);
    }
}
