using System.Globalization;
using Paddlewheel.Engine.Integration.Support;
using Xunit;

namespace Paddlewheel.Engine.Integration;

/// <summary>What <c>check</c> and <c>ingress</c> say of what they cannot use, with what to do next, and how they end.</summary>
[Trait("Category", "fast")]
public sealed class CheckTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);
    private static readonly string Locked = NatsSecuritySite.Users("{ user: worker, password: \"right\" }");

    [Fact(Timeout = Timeouts.Short)]
    public async Task Everything_Usable_EndsWithZeroAndChangesNothing()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using Site site = await Site.StartAsync(stop);

        string said = await CheckAsync(site.Environment(), 0, stop);

        Assert.EndsWith("no problems", said, StringComparison.Ordinal);
        Assert.Null(await site.Queue.StreamAsync(site.Queue.Stream, stop));
    }

    [Theory(Timeout = Timeouts.Short)]
    [InlineData("nats_port=1", "Connection refused", "start the server, or correct nats_host and nats_port")]
    [InlineData("nats_host=nats.invalid", "nats.invalid", "correct nats_host")]
    [InlineData("nats_token_file=/nowhere/token", "/nowhere/token", "mount the file")]
    [InlineData("nats_creds_file=/nowhere/user.creds", "/nowhere/user.creds", "mount the file")]
    [InlineData("nats_tls=true", "does not support TLS", "unset nats_tls")]
    [InlineData("", "Authorization Violation", "this server asks for credentials: set nats_creds_file")]
    [InlineData("nats_user=worker nats_password=wrong", "Authorization Violation", "does not take the nats_user with nats_password")]
    [InlineData("nats_token=wrong", "Authorization Violation", "does not take the token in nats_token")]
    public async Task Nats_NotUsable_SaysWhyAndWhatToDo(string settings, string why, string remedy)
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using NatsSecuritySite site = await NatsSecuritySite.StartAsync(Locked, stop);

        string said = await CheckAsync(Environment(site, settings), 3, stop);

        Assert.Contains(why, said, StringComparison.OrdinalIgnoreCase);
        Assert.Contains(remedy, said, StringComparison.Ordinal);
        Assert.DoesNotContain("wrong", said, StringComparison.Ordinal);
    }

    [Fact(Timeout = Timeouts.Short)]
    public async Task Nats_OfAnUnknownAuthority_SaysWhichFileIsMissing()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using NatsSecuritySite site = await NatsSecuritySite.PreparedAsync(stop);
        using var ours = new NatsSecurityCertificates(site.Server.Folder, "ours");
        (string certificate, string key) = ours.Sign("server");
        await site.Server.UpAsync($"tls {{ cert_file: \"{certificate}\", key_file: \"{key}\" }}", stop);

        string said = await CheckAsync(Environment(site, "nats_tls=true"), 3, stop);

        Assert.Contains("TLS: ", said, StringComparison.Ordinal);
        Assert.Contains("set nats_tls_ca_file to the authority", said, StringComparison.Ordinal);
        said = await CheckAsync(Environment(site, "nats_tls_ca_file=/nowhere/ca.crt"), 3, stop);
        Assert.Contains("/nowhere/ca.crt", said, StringComparison.Ordinal);
        Assert.Contains("mount the file", said, StringComparison.Ordinal);
        Assert.Contains("no problems", await CheckAsync(Environment(site, "nats_tls_ca_file=" + ours.AuthorityFile), 0, stop), StringComparison.Ordinal);
    }

    [Fact(Timeout = Timeouts.Short)]
    public async Task Gateway_NotThere_IsAProblemOfItsOwn()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using Site site = await Site.StartAsync(stop);

        string said = await CheckAsync(site.Environment(("gateway_url", "http://127.0.0.1:1")), 3, stop);

        Assert.Contains("the gateway at http://127.0.0.1:1 cannot be reached: Connection refused", said, StringComparison.Ordinal);
        Assert.Contains("correct gateway_url", said, StringComparison.Ordinal);
        Assert.EndsWith("1 problem", said, StringComparison.Ordinal);
    }

    [Fact(Timeout = Timeouts.Short)]
    public async Task Value_Wrong_EndsWithTwo() => await CheckAsync(new Dictionary<string, string> { ["ack_wait"] = "soon" }, 2, TestContext.Current.CancellationToken);

    [Fact(Timeout = Timeouts.Short)]
    public async Task Ingress_WithoutNats_SaysWhyAndEndsWithZero()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using NatsSecuritySite site = await NatsSecuritySite.StartAsync(Locked, stop);
        int port = FreePort.Next();
        Dictionary<string, string> environment = Environment(site, "nats_user=worker nats_password=old");
        environment["ingress_port"] = environment["metrics_port"] = port.ToString(CultureInfo.InvariantCulture);

        await using WorkerProcess ingress = WorkerProcess.Start(environment, "ingress");
        await NatsSecuritySite.AssertWaitsAsync(ingress, "Authorization Violation", stop);
        await using (WorkerProcess second = WorkerProcess.Start(environment, "ingress"))
        {
            Assert.Equal(1, await second.ExitAsync(Soon, stop));
            Assert.Contains("ingress_port", second.Tail(10), StringComparison.Ordinal);
        }

        await site.Server.ChangeAsync(NatsSecuritySite.Users("{ user: worker, password: \"old\" }"), stop);
        await ingress.ReadyAsync(stop);
        Assert.Equal(0, await ingress.TerminateAsync(Soon, stop));
    }

    private static Dictionary<string, string> Environment(NatsSecuritySite site, string settings)
    {
        Dictionary<string, string> environment = Charts.MainChart(site.Functions.Url);
        environment["nats_port"] = site.Server.Port.ToString(CultureInfo.InvariantCulture);
        foreach (string setting in settings.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            environment[setting.Split('=')[0]] = setting.Split('=')[1];
        }

        return environment;
    }

    private static async Task<string> CheckAsync(Dictionary<string, string> environment, int code, CancellationToken stop)
    {
        await using WorkerProcess check = WorkerProcess.Start(environment, "check");
        int ended = await check.ExitAsync(Soon, stop);
        string said = string.Join('\n', check.Output.Snapshot());
        Assert.True(ended == code, $"ended with {ended}: {said}");
        return said;
    }
}
