using NATS.Client.Core;
using NATS.NKeys;
using Paddlewheel.Engine.Integration.Support;
using Xunit;

namespace Paddlewheel.Engine.Integration;

/// <summary>
/// Each kind of credential against a server that asks for it: the wrong one is named in the log and by <c>/readyz</c> and waited
/// with, the right one works. The worker is the same process throughout: nothing the server says ends it.
/// </summary>
[Trait("Category", "fast")]
public sealed class NatsCredentialTests
{
    private const string Refused = "Authorization Violation";

    [Fact(Timeout = Timeouts.Short)]
    public Task Password_InTheEnvironment_WrongIsNamedRightWorks() => RefusedThenAcceptedAsync(
        Users("other"), Users("right"), [("nats_user", "worker"), ("nats_password", "right")], TestContext.Current.CancellationToken);

    [Fact(Timeout = Timeouts.Short)]
    public Task Password_InAFile_WrongIsNamedRightWorks() => RefusedThenAcceptedAsync(
        Users("other"), Users("right"), [("nats_user", "worker")], TestContext.Current.CancellationToken, ("nats_password_file", "right\n"));

    [Fact(Timeout = Timeouts.Short)]
    public Task Token_InTheEnvironment_WrongIsNamedRightWorks() => RefusedThenAcceptedAsync(
        Token("other"), Token("right"), [("nats_token", "right")], TestContext.Current.CancellationToken, admin: new NatsAuthOpts { Token = "right" });

    [Fact(Timeout = Timeouts.Short)]
    public Task Token_InAFile_WrongIsNamedRightWorks() => RefusedThenAcceptedAsync(
        Token("other"), Token("right"), [], TestContext.Current.CancellationToken, ("nats_token_file", "right\n"), admin: new NatsAuthOpts { Token = "right" });

    [Fact(Timeout = Timeouts.Short)]
    public Task Token_InAFileNamedByTheFlag_WrongIsNamedRightWorks() => RefusedThenAcceptedAsync(
        Token("other"), Token("right"), [], TestContext.Current.CancellationToken, ("-nats-token-file", "right\n"), admin: new NatsAuthOpts { Token = "right" });

    [Fact(Timeout = Timeouts.Short)]
    public async Task NKey_InASeedFile_WrongIsNamedRightWorks()
    {
        using KeyPair right = KeyPair.CreatePair(PrefixByte.User);
        using KeyPair other = KeyPair.CreatePair(PrefixByte.User);
        await RefusedThenAcceptedAsync(
            NatsSecuritySite.Users($"{{ nkey: {other.GetPublicKey()} }}"),
            NatsSecuritySite.Users($"{{ nkey: {right.GetPublicKey()} }}"),
            [],
            TestContext.Current.CancellationToken,
            ("nats_nkey_file", $"# the worker's\n{right.GetSeed()}\n"));
    }

    [Fact(Timeout = Timeouts.Short)]
    public async Task Creds_OfAnotherOperator_AreNamedAndTheRightOnesWorkOnceTheFileHoldsThem()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        using var ours = new NatsSecurityJwt();
        using var theirs = new NatsSecurityJwt();
        await using NatsSecuritySite site = await NatsSecuritySite.StartAsync(ours.Configuration, stop);
        site.AdminOptions = site.AdminOptions with { AuthOpts = new NatsAuthOpts { Creds = ours.Creds("admin") } };
        string file = await site.Server.FileAsync("worker.creds", theirs.Creds("worker"), stop);
        await using WorkerProcess worker = site.Launch([("nats_creds_file", file)]);
        await NatsSecuritySite.AssertWaitsAsync(worker, Refused, stop);

        await File.WriteAllTextAsync(file, "half a file", stop);
        await NatsSecuritySite.AssertWaitsAsync(worker, "holds no NATS user JWT", stop);

        await File.WriteAllTextAsync(file, ours.Creds("worker"), stop);
        await site.AssertWorksAsync(worker, stop);
    }

    private static string Users(string password) => NatsSecuritySite.Users($"{{ user: worker, password: \"{password}\" }}");

    private static string Token(string token) => $"authorization {{ token: \"{token}\" }}";

    private static async Task RefusedThenAcceptedAsync(
        string refusing, string accepting, (string Name, string Value)[] environment, CancellationToken stop, (string Name, string Text)? file = null, NatsAuthOpts? admin = null)
    {
        await using NatsSecuritySite site = await NatsSecuritySite.StartAsync(refusing, stop);
        site.AdminOptions = admin is null ? site.AdminOptions : site.AdminOptions with { AuthOpts = admin };
        string[] arguments = [];
        if (file is { } secret)
        {
            string path = await site.Server.FileAsync("secret", secret.Text, stop);
            if (secret.Name[0] == '-')
            {
                arguments = [secret.Name + "=" + path];
            }
            else
            {
                environment = [.. environment, (secret.Name, path)];
            }
        }

        await using WorkerProcess worker = site.Launch(environment, arguments);
        await NatsSecuritySite.AssertWaitsAsync(worker, Refused, stop);

        await site.Server.ChangeAsync(accepting, stop);
        await site.AssertWorksAsync(worker, stop);
        Assert.DoesNotContain(worker.Log.Snapshot(), static line => line.Contains("right", StringComparison.Ordinal));
    }
}
