using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using Paddlewheel.Engine.Integration.Support;
using Xunit;

namespace Paddlewheel.Engine.Integration;

/// <summary>Where a callback goes and what it brings along (contract 2.1, 5).</summary>
[Trait("Category", "fast")]
public sealed class ContractCallbackTests(ContractSite contract) : IClassFixture<ContractSite>
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    [Theory(Timeout = Timeouts.Short)]
    [InlineData("""{"Scheme":"http","Opaque":"","User":{},"Host":"HOST","Path":"/done/x y","Fragment":"","RawQuery":"a=1","RawPath":"","RawFragment":"","ForceQuery":false,"OmitHost":false}""", "/done/x%20y?a=1")]
    [InlineData("""{"Scheme":"http","User":null,"Host":"HOST","Path":"/plain"}""", "/plain")]
    [InlineData("\"http://HOST/text?b=2\"", "/text?b=2")]
    [InlineData("\"http://me:secret@HOST/text\"", "/text")]
    public async Task Url_AsProducersWriteIt_IsCalledWithoutCredentials(string url, string target)
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        string callId = Guid.NewGuid().ToString();
        string json = $$"""{"Header":{"X-Call-Id":["{{callId}}"]},"Method":"POST","Function":"echo","CallbackUrl":{{url.Replace("HOST", contract.Site.Callbacks.Url.Authority, StringComparison.Ordinal)}}}""";

        await contract.RunAsync("echo", Envelope.Text(json), callId, stop);
        ReceivedCallback callback = await contract.CallbackAsync(callId, stop);

        Assert.Equal(target, callback.Target);
        Assert.Equal("", callback.Header("Authorization"));
    }

    [Fact(Timeout = Timeouts.Short)]
    public async Task Callback_ToAFunction_KeepsTheCallId()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        contract.Site.Functions.On("second", Behaviours.Echo);
        Envelope call = Call.To("echo", new Uri(contract.Site.Functions.Url, "/function/second"));

        await contract.RunAsync(call, stop);
        Invocation second = await contract.Site.Functions.Ended.FirstAsync("the callback", c => c.CallId == call.CallId && c.Function == "second", Soon, stop);

        Assert.Equal(call.CallId, second.Text);
        Assert.Equal("echo", second.Header("X-Function-Name"));
    }

    [Fact(Timeout = Timeouts.Short)]
    public async Task Headers_OfTheFunction_AreCopiedButWhatWouldLoop()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        contract.Site.Functions.On("echoes", static (call, _) => Task.FromResult(
            call.Headers.Where(static h => h.Key is "X-Callback-Url" or "X-Own" or "Content-Type")
                .Aggregate(Answer.Text("{}", 404).With("Date", "Mon, 24 Mar 2025 11:15:50 GMT"), static (answer, h) => answer.With(h.Key, h.Value[0]))));
        Envelope call = new()
        {
            Function = "echoes",
            CallId = "copied",
            Callback = contract.Site.Callbacks.Url,
            Headers = [("X-Own", "1"), ("Content-Type", "application/json")],
        };

        await contract.RunAsync(call, stop);
        ReceivedCallback callback = await contract.CallbackAsync("copied", stop);

        Assert.Equal(
            ["Content-Length", "Content-Type", "Date", "Host", "User-Agent", "X-Call-Id", "X-Duration-Seconds", "X-Function-Name", "X-Function-Status", "X-Own"],
            callback.Headers.Keys.Except(["Server"]).Order(StringComparer.Ordinal));
        Assert.Equal("Mon, 24 Mar 2025 11:15:50 GMT", callback.Header("Date"));
        Assert.Equal("404", callback.Header("X-Function-Status"));
    }

    [Fact(Timeout = Timeouts.Medium)]
    public async Task TlsInsecure_ReachesAnUntrustedReceiverAndIsOffOtherwise()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        var received = new Watch<string>();
        using X509Certificate2 certificate = SelfSigned();
        await using WebApplication app = Untrusted(certificate, received);
        await app.StartAsync(stop);
        var url = new Uri(app.Urls.Single());
        await using Site site = await Site.StartAsync(stop);

        await using (WorkerProcess strict = await site.StartWorkerAsync(stop, ("callback_retry_attempts", "0")))
        {
            await site.Queue.PublishAsync(Call.To("echo", url, callId: "strict"), stop);
            await strict.LineAsync("Callback failed", stop);
            await site.Queue.SettledAsync(Soon, stop);
            Assert.Equal(0, await strict.TerminateAsync(Soon, stop));
        }

        await using WorkerProcess lax = await site.StartWorkerAsync(stop, ("tls_insecure", "true"));
        await site.Queue.PublishAsync(Call.To("echo", url, callId: "lax"), stop);
        await site.Queue.SettledAsync(Soon, stop);

        Assert.Equal(["lax"], received.Snapshot());
    }

    [Fact(Timeout = Timeouts.Short)]
    public async Task TlsInsecure_DoesNotReachAsFarAsTheGateway()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        var received = new Watch<string>();
        using X509Certificate2 certificate = SelfSigned();
        await using WebApplication gateway = Untrusted(certificate, received);
        await gateway.StartAsync(stop);
        await using Site site = await Site.StartAsync(stop);
        await using WorkerProcess worker = await site.StartWorkerAsync(
            stop, ("gateway_url", gateway.Urls.Single()), ("tls_insecure", "true"), ("max_retry_attempts", "1"));

        await site.Queue.PublishAsync(Call.To("echo", site.Callbacks.Url), stop);
        ReceivedCallback callback = await site.Callbacks.Received.FirstAsync("the callback", static _ => true, Soon, stop);
        await site.Queue.SettledAsync(Soon, stop);

        Assert.Equal(("503", "1"), (callback.Header("X-Function-Status"), callback.Header("X-Retry")));
        Assert.Equal(1, (await worker.MetricsAsync(stop)).Sum("paddlewheel_retries_total", ("reason", "connect")));
        Assert.Empty(received.Snapshot());
    }

    private static WebApplication Untrusted(X509Certificate2 certificate, Watch<string> received)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(certificate)));
        WebApplication app = builder.Build();
        app.Run(context =>
        {
            received.Add(context.Request.Headers["X-Call-Id"].ToString());
            return Task.CompletedTask;
        });
        return app;
    }

    private static X509Certificate2 SelfSigned()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256);
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        return request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
    }
}
