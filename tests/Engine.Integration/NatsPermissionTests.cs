using System.Text.RegularExpressions;
using Paddlewheel.Engine.Integration.Support;
using Xunit;

namespace Paddlewheel.Engine.Integration;

/// <summary>The least permissions of SECURITY.md, as they stand there: they suffice, and one too few is named.</summary>
[Trait("Category", "fast")]
public sealed partial class NatsPermissionTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    private static readonly (string, string)[] Login = [("nats_user", "worker"), ("nats_password", "right")];

    [Fact(Timeout = Timeouts.Short)]
    public async Task Least_AsDocumented_SufficeForEverythingAWorkerDoes()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using NatsSecuritySite site = await NatsSecuritySite.StartAsync(Documented(), stop);
        site.Functions.On("flaky", Behaviours.First(2, Behaviours.Always(503), Behaviours.Echo));
        await using WorkerProcess worker = site.Launch([.. Login, ("ack_wait", "2s")]);
        await worker.ReadyAsync(stop);

        // Acks, retries that are naks or leases, callbacks, in-progress of a call longer than ack_wait.
        site.Functions.On("long", Behaviours.Takes(TimeSpan.FromSeconds(3)));
        Envelope[] calls =
        [
            .. Enumerable.Range(0, 20).Select(_ => Call.To("echo", site.Callbacks.Url)),
            .. Enumerable.Range(0, 10).Select(_ => Call.To("flaky", site.Callbacks.Url)),
            Call.To("long", site.Callbacks.Url),
        ];
        await site.PublishAsync(calls, stop);
        await site.Callbacks.Received.CountAsync("all callbacks", calls.Length, Soon, stop);
        await site.SettledAsync(stop);
        Assert.Equal(20 + (10 * 3) + 1, site.Functions.Arrived.Count);

        Assert.Equal(0, await worker.TerminateAsync(Soon, stop));
        AssertNoViolation(worker.Log);
        AssertNoViolation(site.Server.Log);
    }

    [Theory(Timeout = Timeouts.Short)]
    [InlineData("$JS.API.CONSUMER.MSG.NEXT.OF_faas-request.paddlewheel-faas-request")]
    [InlineData("_INBOX.>")]
    public async Task Least_OneTooFew_IsNamedAndThenWorksOnceItIsGranted(string missing)
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        string documented = Documented();
        string less = documented.Replace($"\"{missing}\"", "\"unused\"", StringComparison.Ordinal);
        Assert.NotEqual(documented, less);
        await using NatsSecuritySite site = await NatsSecuritySite.StartAsync(less, stop);
        await using WorkerProcess worker = site.Launch(Login);
        await worker.LineAsync("Permissions Violation", stop);
        await NatsSecuritySite.AssertWaitsAsync(worker, missing[..^1], stop);

        await site.Server.ChangeAsync(documented, stop);
        await site.AssertWorksAsync(worker, stop);
    }

    private static void AssertNoViolation(Watch<string> log) =>
        Assert.DoesNotContain(log.Snapshot(), static line => line.Contains("Violation", StringComparison.OrdinalIgnoreCase));

    /// <summary>The server configuration in SECURITY.md, with passwords for its two users.</summary>
    private static string Documented()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "SECURITY.md")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        Match block = ServerBlock().Match(File.ReadAllText(Path.Combine(folder!, "SECURITY.md")));
        Assert.True(block.Success, "SECURITY.md shows a server configuration with permissions");
        return block.Groups[1].Value
            .Replace("$WORKER_PASSWORD", "\"right\"", StringComparison.Ordinal)
            .Replace("{ user: gateway, password: $GATEWAY_PASSWORD }", NatsSecuritySite.Admin, StringComparison.Ordinal);
    }

    [GeneratedRegex(@"^```conf\n(authorization \{.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex ServerBlock();
}
