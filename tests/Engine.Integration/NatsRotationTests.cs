using Paddlewheel.Engine.Integration.Support;
using Xunit;

namespace Paddlewheel.Engine.Integration;

/// <summary>Credentials that change under a running worker: it says what is wrong, is never lost, and loses nothing.</summary>
[Trait("Category", "fast")]
public sealed class NatsRotationTests
{
    private const string Refused = "Authorization Violation";
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    [Fact(Timeout = Timeouts.Short)]
    public async Task PasswordFile_RotatedAndServerReloaded_IsReadAtTheNextReconnect()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using NatsSecuritySite site = await NatsSecuritySite.StartAsync(Users("first"), stop);
        string file = await site.Server.FileAsync("password", "first\n", stop);
        await using WorkerProcess worker = site.Launch([("nats_user", "worker"), ("nats_password_file", file)]);
        await site.AssertWorksAsync(worker, stop);

        // The file first, as a mounted secret arrives: one reconnect and no refusal.
        await File.WriteAllTextAsync(file, "second\n", stop);
        await site.Server.ChangeAsync(Users("second"), stop);
        await worker.LineAsync("Reconnected to NATS", stop);
        await site.AssertWorksAsync(worker, stop);
        Assert.DoesNotContain(worker.Log.Snapshot(), static line => line.Contains("Waiting for NATS", StringComparison.Ordinal) && line.Contains(Refused, StringComparison.OrdinalIgnoreCase));

        // The server first: refused until the file follows.
        await site.Server.ChangeAsync(Users("third"), stop);
        await NatsSecuritySite.AssertWaitsAsync(worker, Refused, stop);
        await File.WriteAllTextAsync(file, "third\n", stop);
        await site.AssertWorksAsync(worker, stop);
    }

    [Fact(Timeout = Timeouts.Short)]
    public async Task Access_RevokedAndRestored_TheWorkerGoesOnAndNothingIsLostOrRepeated()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using NatsSecuritySite site = await NatsSecuritySite.StartAsync(Users("right"), stop);
        var gate = new Gate();
        site.Functions.On("held", gate.Behaviour);
        await using WorkerProcess worker = site.Launch([("nats_user", "worker"), ("nats_password", "right"), ("ack_wait", "45s")]);
        await worker.ReadyAsync(stop);
        Envelope[] held = [.. Enumerable.Range(0, 5).Select(static _ => Call.To("held"))];
        await site.PublishAsync(held, stop);
        await site.Functions.Arrived.CountAsync("the calls run", held.Length, Soon, stop);

        await site.Server.ChangeAsync($"authorization {{ users: [ {NatsSecuritySite.Admin} ] }}", stop);
        await worker.LineAsync("Disconnected from NATS", stop);

        // Clients give up after two equal refusals unless told otherwise: four are proof.
        await worker.Log.NthAsync("the fourth refusal", 4, static line => line.Contains("Waiting for NATS", StringComparison.Ordinal), Soon, stop);
        await NatsSecuritySite.AssertWaitsAsync(worker, Refused, stop);
        gate.Open();
        await site.PublishAsync([Call.To("echo")], stop);

        await site.Server.ChangeAsync(Users("right"), stop);
        await site.AssertWorksAsync(worker, stop);
        Assert.All(held, call => Assert.Single(site.Functions.Of(call.CallId)));
        Assert.Equal(held.Length + 2, site.Functions.Arrived.Count);
    }

    private static string Users(string password) => NatsSecuritySite.Users($"{{ user: worker, password: \"{password}\" }}");
}
