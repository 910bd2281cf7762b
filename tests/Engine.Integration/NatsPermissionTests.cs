using System.Text.RegularExpressions;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;
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

    /// <summary>Every line of the document but the two of the test above: the first thing that needs it is refused, by that subject's name.</summary>
    public static TheoryData<string> Lines { get; } = [.. Publish().Where(static line => !line.Contains(".MSG.NEXT.OF_", StringComparison.Ordinal))];

    [Theory(Timeout = Timeouts.Short)]
    [MemberData(nameof(Lines))]
    public async Task Least_AnyLineMissing_SomethingIsRefusedByName(string missing)
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        string documented = Documented();
        await using NatsSecuritySite site = await NatsSecuritySite.StartAsync(documented.Replace($"\"{missing}\"", "\"unused\"", StringComparison.Ordinal), stop);
        await OldStreamAsync(site, consumer: missing.Contains("CONSUMER.INFO", StringComparison.Ordinal), stop);

        await using WorkerProcess worker = site.Launch([.. Login, ("depth_interval", "1s"), ("ack_wait", "2s")]);
        if (missing.Contains("$JS.ACK.OF_", StringComparison.Ordinal))
        {
            await worker.ReadyAsync(stop);
            await site.PublishAsync([Call.To("echo")], stop);
        }

        // The server names the subject that was tried.
        string line = await worker.LineAsync($"\"{missing.TrimEnd('>')}", stop).WaitAsync(Soon, stop);
        Assert.Contains("Permissions Violation for Publish", line.Replace("\\", "", StringComparison.Ordinal), StringComparison.OrdinalIgnoreCase);
        Assert.False(worker.HasExited);
    }

    [Fact(Timeout = Timeouts.Short)]
    public async Task Least_WithAnOlderStream_SufficeToMakeItsConsumerAndWorkItOff()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using NatsSecuritySite site = await NatsSecuritySite.StartAsync(Documented(), stop);
        await OldStreamAsync(site, consumer: false, stop);
        await using WorkerProcess worker = site.Launch([.. Login, ("depth_interval", "1s")]);
        await WorksOffBothAsync(site, worker, stop);
        AssertNoViolation(worker.Log);
        AssertNoViolation(site.Server.Log);
    }

    [Fact(Timeout = Timeouts.Short)]
    public async Task Least_InsideAUserJwt_SufficeAndOneTooFewIsNamed()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        using var account = new NatsSecurityJwt();
        await using NatsSecuritySite site = await NatsSecuritySite.StartAsync(account.Configuration, stop);
        site.AdminOptions = site.AdminOptions with { AuthOpts = new NatsAuthOpts { Creds = account.Creds("admin") } };
        await OldStreamAsync(site, consumer: true, stop);
        const string Missing = "$JS.API.CONSUMER.LIST.OF_faas-request";
        string file = await site.Server.FileAsync("worker.creds", account.Creds("worker", Publish().Except([Missing])), stop);
        await using (WorkerProcess refused = site.Launch([("nats_creds_file", file), ("queue_name", Site.QueueName), ("nats_stream", "OF_" + Site.QueueName)]))
        {
            await NatsSecuritySite.AssertWaitsAsync(refused, Missing, stop);
        }

        await File.WriteAllTextAsync(file, account.Creds("worker", Publish()), stop);
        await using WorkerProcess worker = site.Launch([("nats_creds_file", file), ("depth_interval", "1s")]);
        await WorksOffBothAsync(site, worker, stop);
        AssertNoViolation(worker.Log);
    }

    // As older versions had it, with a backlog.
    private static async Task OldStreamAsync(NatsSecuritySite site, bool consumer, CancellationToken stop)
    {
        await using var nats = new NatsConnection(site.AdminOptions);
        var jetStream = new NatsJSContext(nats);
        await jetStream.CreateStreamAsync(new StreamConfig("faas-request", ["faas-request"]), stop);
        if (consumer)
        {
            await jetStream.CreateConsumerAsync("faas-request", new ConsumerConfig("faas-workers") { AckPolicy = ConsumerConfigAckPolicy.Explicit }, stop);
        }

        (await jetStream.PublishAsync("faas-request", Call.To("echo", callId: "old").ToJson(), cancellationToken: stop)).EnsureSuccess();
    }

    private static async Task WorksOffBothAsync(NatsSecuritySite site, WorkerProcess worker, CancellationToken stop)
    {
        await site.Functions.Ended.FirstAsync("the older stream's call", static call => call.CallId == "old", Soon, stop);
        await site.AssertWorksAsync(worker, stop);
        await Eventually.ReachesAsync(
            "the depth of both is read",
            async token => (await worker.MetricsAsync(token)).Of("paddlewheel_ack_pending").Count == 2 ? null : "not yet",
            Soon,
            stop);
    }

    private static IEnumerable<string> Publish() =>
        AllowedSubject().Matches(Documented()).Select(static match => match.Groups[1].Value);

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

    [GeneratedRegex(@"""(\$JS\.[^""]+)""")]
    private static partial Regex AllowedSubject();

    [GeneratedRegex(@"^```conf\n(authorization \{.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex ServerBlock();
}
