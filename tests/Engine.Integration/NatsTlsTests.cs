using NATS.Client.Core;
using Paddlewheel.Engine.Integration.Support;
using Xunit;

namespace Paddlewheel.Engine.Integration;

/// <summary>TLS towards NATS: checked when asked for, never given up silently, and each refusal says what is wrong.</summary>
[Trait("Category", "fast")]
public sealed class NatsTlsTests
{
    private const string User = "authorization { user: admin, password: \"admin-secret\" }";

    private static readonly (string, string)[] Login = [("nats_user", "admin"), ("nats_password", "admin-secret")];

    [Fact(Timeout = Timeouts.Short)]
    public async Task Authority_InAFile_WorksAndAnotherOneIsRefusedUntilTheFileHoldsTheRightOne()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using NatsSecuritySite site = await NatsSecuritySite.PreparedAsync(stop);
        using var ours = new NatsSecurityCertificates(site.Server.Folder, "ours");
        using var theirs = new NatsSecurityCertificates(site.Server.Folder, "theirs");
        await UpAsync(site, ours, ours.Sign("server"), clients: false, stop);

        string file = await site.Server.FileAsync("ca.crt", await File.ReadAllTextAsync(theirs.AuthorityFile, stop), stop);
        await using WorkerProcess worker = site.Launch([.. Login, ("nats_tls_ca_file", file)]);
        await NatsSecuritySite.AssertWaitsAsync(worker, "certificate is invalid because of errors in the certificate chain", stop);
        Assert.DoesNotContain(site.Server.Log.Snapshot(), static line => line.Contains("admin", StringComparison.Ordinal));

        await File.WriteAllTextAsync(file, "no certificate", stop);
        await NatsSecuritySite.AssertWaitsAsync(worker, file + " holds no certificate", stop);

        File.Copy(ours.AuthorityFile, file, overwrite: true);
        await site.AssertWorksAsync(worker, stop);
    }

    [Fact(Timeout = Timeouts.Short)]
    public async Task ServerName_OfAnotherHost_IsRefusedAndInsecureAcceptsIt()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using NatsSecuritySite site = await NatsSecuritySite.PreparedAsync(stop);
        using var ours = new NatsSecurityCertificates(site.Server.Folder, "ours");
        await UpAsync(site, ours, ours.Sign("server", host: "elsewhere.example"), clients: false, stop);

        await using (WorkerProcess strict = site.Launch([.. Login, ("nats_tls_ca_file", ours.AuthorityFile)]))
        {
            await NatsSecuritySite.AssertWaitsAsync(strict, "RemoteCertificateNameMismatch", stop);
        }

        await using WorkerProcess lax = site.Launch([.. Login, ("nats_tls_insecure", "true")]);
        await site.AssertWorksAsync(lax, stop);
    }

    [Fact(Timeout = Timeouts.Short)]
    public async Task ClientCertificate_Demanded_WorksWithItAndIsNamedWithoutIt()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using NatsSecuritySite site = await NatsSecuritySite.PreparedAsync(stop);
        using var ours = new NatsSecurityCertificates(site.Server.Folder, "ours");
        await UpAsync(site, ours, ours.Sign("server"), clients: true, stop);

        await using (WorkerProcess without = site.Launch([.. Login, ("nats_tls_ca_file", ours.AuthorityFile)]))
        {
            await NatsSecuritySite.AssertWaitsAsync(without, "certificate", stop);
        }

        (string certificate, string key) = ours.Sign("worker");
        await using WorkerProcess with = site.Launch(
            [.. Login, ("nats_tls_ca_file", ours.AuthorityFile), ("nats_tls_cert_file", certificate), ("nats_tls_key_file", key)]);
        await site.AssertWorksAsync(with, stop);
    }

    [Theory(Timeout = Timeouts.Short)]
    [InlineData("nats_tls", "true")]
    [InlineData("nats_tls_insecure", "true")]
    [InlineData("nats_tls_ca_file", "ca.crt")]
    public async Task AnythingOfTls_AgainstAServerWithout_NeverFallsBackToClearText(string name, string value)
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using NatsSecuritySite site = await NatsSecuritySite.StartAsync(User, stop);
        await using WorkerProcess worker = site.Launch([.. Login, (name, value)]);

        await NatsSecuritySite.AssertWaitsAsync(worker, "does not support TLS", stop);
    }

    private static async Task UpAsync(
        NatsSecuritySite site, NatsSecurityCertificates authority, (string Certificate, string Key) server, bool clients, CancellationToken stop)
    {
        (string certificate, string key) = authority.Sign("admin");
        site.AdminOptions = site.AdminOptions with
        {
            TlsOpts = new NatsTlsOpts { Mode = TlsMode.Require, InsecureSkipVerify = true, CertFile = certificate, KeyFile = key },
        };
        await site.Server.UpAsync(
            $$"""
            {{User}}
            tls {
              cert_file: "{{server.Certificate}}"
              key_file: "{{server.Key}}"
              {{(clients ? $"ca_file: \"{authority.AuthorityFile}\"\n  verify: true" : "")}}
            }
            """,
            stop);
    }
}
