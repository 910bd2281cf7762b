using System.IO.Compression;
using Paddlewheel.Engine.Integration.Support;
using Xunit;

namespace Paddlewheel.Engine.Integration;

/// <summary>The traps of the hop from worker to function, on the wire (contract 3).</summary>
[Trait("Category", "fast")]
public sealed class ContractRequestTests(ContractSite contract) : IClassFixture<ContractSite>
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    [Fact(Timeout = Timeouts.Short)]
    public async Task Headers_OnEveryTry_AreTheQueuedOnesAndNoneOfOurs()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        contract.Site.Functions.On("twice", Behaviours.First(1, Behaviours.Always(500), then: Behaviours.Echo));
        Envelope call = new() { Function = "twice", CallId = "headers", Body = Envelope.Text("x"), Headers = [("X-Own", "1")] };

        await contract.RunAsync(call, stop);
        await contract.Site.Functions.Ended.NthAsync("both tries", 2, static c => c.CallId == "headers", Soon, stop);

        string[] expected = ["Accept", "Content-Length", "Host", "User-Agent", "X-Call-Id", "X-Own", "X-Start-Time"];
        Assert.Equal(2, contract.Site.Functions.Of("headers").Count);
        Assert.All(contract.Site.Functions.Of("headers"), seen => Assert.Equal(expected, seen.Headers.Keys.Order(StringComparer.Ordinal)));
    }

    [Fact(Timeout = Timeouts.Short)]
    public async Task UserAgent_OfTheCaller_IsReplacedByOurs()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        Invocation seen = await contract.RunAsync(new Envelope { Function = "echo", CallId = "agent" }, stop);

        Assert.Matches("^queue-worker/[0-9][^ ]*$", seen.Header("User-Agent"));
    }

    [Fact(Timeout = Timeouts.Short)]
    public async Task Headers_OfTheConnection_StayBehind()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        (string, string)[] hop =
        [
            ("Connection", "keep-alive, X-Named"), ("Connection", "X-Also-Named"), ("X-Named", "1"), ("X-Also-Named", "1"), ("Expect", "100-continue"), ("Keep-Alive", "timeout=5"), ("Proxy-Authorization", "Basic eA=="),
            ("Te", "trailers"), ("Trailer", "X-Late"), ("Transfer-Encoding", "chunked"), ("Upgrade", "websocket"),
        ];

        Invocation seen = await contract.RunAsync(new Envelope { Function = "echo", CallId = "hop", Body = Envelope.Text("body"), Headers = hop }, stop);

        Assert.Equal("body", seen.Text);
        Assert.Equal("4", seen.Header("Content-Length"));
        Assert.All(hop, header => Assert.Equal("", seen.Header(header.Item1)));
    }

    [Fact(Timeout = Timeouts.Short)]
    public async Task ContentLength_ThatLies_IsSetFromTheBody()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        byte[] message = Envelope.Text("""{"Header":{"Content-Length":["999"],"X-Call-Id":["length"]},"Method":"POST","Function":"echo","Body":"e30="}""");

        Invocation seen = await contract.RunAsync("echo", message, "length", stop);

        Assert.Equal(("2", "{}"), (seen.Header("Content-Length"), seen.Text));
    }

    [Fact(Timeout = Timeouts.Short)]
    public async Task StartTime_OfBothHops_PassesTwiceAndComesBackTwice()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        contract.Site.Functions.On("timed", static (call, _) => Task.FromResult(
            call.Headers["X-Start-Time"].Aggregate(Answer.Ok, static (answer, value) => answer.With("X-Start-Time", value))));
        Envelope call = new() { Function = "timed", CallId = "times", Callback = contract.Site.Callbacks.Url, Headers = [("X-Start-Time", "1753700000000000001")] };

        Invocation seen = await contract.RunAsync(call, stop);
        ReceivedCallback callback = await contract.CallbackAsync("times", stop);

        Assert.Equal(["1753700000000000000", "1753700000000000001"], seen.Headers["X-Start-Time"].SelectMany(static v => v.Split(", ")));
        Assert.Equal(["1753700000000000000", "1753700000000000001"], callback.Headers["X-Start-Time"].SelectMany(static v => v.Split(", ")));
    }

    [Fact(Timeout = Timeouts.Short)]
    public async Task Gzip_AskedForByTheCaller_PassesThroughToTheCallback()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        byte[] packed = Packed("a result");
        contract.Site.Functions.On("packs", (_, _) => Task.FromResult(new Answer(200) { Body = packed }.With("Content-Encoding", "gzip")));
        Envelope call = new() { Function = "packs", CallId = "gzip", Callback = contract.Site.Callbacks.Url, Headers = [("Accept-Encoding", "gzip")] };

        Invocation seen = await contract.RunAsync(call, stop);
        ReceivedCallback callback = await contract.CallbackAsync("gzip", stop);

        Assert.Equal("gzip", seen.Header("Accept-Encoding"));
        Assert.Equal("gzip", callback.Header("Content-Encoding"));
        Assert.Equal(packed, callback.Body);
    }

    [Fact(Timeout = Timeouts.Short)]
    public async Task Redirect_IsTheResultAndIsNotFollowed()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        contract.Site.Functions.On("moved", Behaviours.Always(new Answer(302).With("Location", new Uri(contract.Site.Functions.Url, "/function/echo").ToString())));
        Envelope call = new() { Function = "moved", CallId = "redirect", Callback = contract.Site.Callbacks.Url };

        await contract.RunAsync(call, stop);
        ReceivedCallback callback = await contract.CallbackAsync("redirect", stop);

        Assert.Equal("302", callback.Header("X-Function-Status"));
        Assert.Equal("moved", Assert.Single(contract.Site.Functions.Of("redirect")).Function);
    }

    [Fact(Timeout = Timeouts.Short)]
    public async Task Cookie_SetByOneFunction_IsNeverSentToAnother()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        contract.Site.Functions.On("baker", Behaviours.Always(Answer.Ok.With("Set-Cookie", "sid=secret; Path=/")));

        // Enough calls that every connection of the pool has seen the cookie.
        for (int i = 0; i < 5; i++)
        {
            await contract.RunAsync(new Envelope { Function = "baker", CallId = $"baker-{i}" }, stop);
        }

        Invocation other = await contract.RunAsync(new Envelope { Function = "echo", CallId = "no-cookie" }, stop);
        Invocation own = await contract.RunAsync(new Envelope { Function = "echo", CallId = "own-cookie", Headers = [("Cookie", "mine=1")] }, stop);

        Assert.Equal("", other.Header("Cookie"));
        Assert.Equal("mine=1", own.Header("Cookie"));
    }

    [Theory(Timeout = Timeouts.Short)]
    [InlineData("""{"Header":{"X-Call-Id":["%"]},"Method":"PATCH","Function":"echo","Body":"e30="}""")]
    [InlineData("""{"Header":{"X-Call-Id":["%"]},"Host":"","Body":"e30=","Method":"POST","Path":"","QueryString":"","Function":"echo","QueueName":"","Annotations":null,"CallbackUrl":null}""")]
    [InlineData("""{"Function":"nobody","Method":"POST","Body":"bm8=","Header":{"X-Call-Id":["no"]},"Body":"e30=","Function":"echo","Header":{"X-Call-Id":["%"]}}""")]
    [InlineData("""{"header":{"X-Call-Id":["%"]},"METHOD":"POST","function":"/echo/","body":"e30=","FromTheFuture":{"a":[1,null]}}""")]
    [InlineData("""{"Header":{"X-Call-Id":["%"]},"Method":"POST","Function":"echo","Body":"e30=","Labels":{"a":"1"},"Environment":{"max_inflight":"5"},"QueueName":"other"}""")]
    public async Task Message_OfAnyProducer_IsAPostWithItsBody(string json)
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        string callId = Guid.NewGuid().ToString();

        Invocation seen = await contract.RunAsync("echo", Envelope.Text(json.Replace("%", callId, StringComparison.Ordinal)), callId, stop);

        Assert.Equal(("POST", "echo", "{}", "", ""), (seen.Method, seen.Function, seen.Text, seen.Path, seen.Query));
    }

    private static byte[] Packed(string text)
    {
        using var bytes = new MemoryStream();
        using (var gzip = new GZipStream(bytes, CompressionLevel.Fastest))
        {
            gzip.Write(Envelope.Text(text));
        }

        return bytes.ToArray();
    }
}
