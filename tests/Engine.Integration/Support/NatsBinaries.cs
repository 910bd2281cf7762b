using Paddlewheel.Host.Dev;
using Xunit;

namespace Paddlewheel.Engine.Integration.Support;

/// <summary>Which nats-server programs the tests run.</summary>
internal static class NatsBinaries
{
    private static readonly Lazy<Task<string>> Newest = new(static async () =>
        (await NatsServerResolver.OfThisMachine(Console.Error.WriteLine).ResolveAsync()).Path);

    /// <summary>The newest obtainable; found once for all tests.</summary>
    public static Task<string> NewestAsync(CancellationToken cancellationToken) => Newest.Value.WaitAsync(cancellationToken);

    /// <summary>The oldest supported, 2.9.10 as Debian bookworm has it; skips where no mirror serves it.</summary>
    public static async Task<string> OldestAsync(CancellationToken cancellationToken)
    {
        try
        {
            NatsServerBinary oldest = await NatsServerResolver.OfThisMachine(Console.Error.WriteLine).ResolveDebianAsync("bookworm", cancellationToken);
            return oldest.Path;
        }
        catch (NatsServerUnavailableException e)
        {
            Assert.Skip(e.Message);
            throw;
        }
    }
}
