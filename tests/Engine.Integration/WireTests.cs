using System.Text;
using Paddlewheel.Engine.Integration.Support;
using Xunit;

namespace Paddlewheel.Engine.Integration;

/// <summary>What leaves the worker, byte for byte, as raw TCP servers saw it (contract 3, 5).</summary>
[Trait("Category", "fast")]
public sealed class WireTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    [Fact(Timeout = Timeouts.Short)]
    public async Task FunctionRequest_ByteForByte()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using Site site = await Site.StartAsync(stop);
        await using var gateway = new RawGateway();
        gateway.On("f", RawAnswers.Fine);

        // A proxy in the environment is for other programs: nobody listens there.
        await using WorkerProcess worker = await site.StartWorkerAsync(stop, ("gateway_url", gateway.Url), ("http_proxy", "http://127.0.0.1:1"), ("HTTP_PROXY", "http://127.0.0.1:1"));
        const string Message = """
            {"Header":{"Accept":["text/event-stream"],"Authorization":["Bearer abc"],"Connection":["close, X-Named"],"Content-Length":["999"],"Content-Type":["text/plain; charset=utf-8"],
            "Expect":["100-continue"],"Host":["evil.example"],"Transfer-Encoding":["chunked"],"Upgrade":["websocket"],"User-Agent":["curl/8.5.0"],"X-Bad Name":["1"],"X-Break":["a\r\nX-Injected: 1"],
            "X-Call-Id":["c-1"],"X-Empty":[""],"X-Many":["one","two, three"],"X-Named":["1"],"X-Utf8":["caf\u00e9 \ud83d\ude00"]},
            "Host":"other.example","Body":"AP8NCmhp","Method":"DELETE","Path":"/a b/f","QueryString":"x=1&y=%41&z=a+b","Function":"figlet.staging"}
            """;

        await site.Queue.PublishRawAsync(site.Queue.SubjectOf("f"), Encoding.UTF8.GetBytes(Message), stop);
        string request = await gateway.Requests.FirstAsync("the request", static _ => true, Soon, stop);

        Assert.Equal(
            [
                "POST /function/figlet.staging/a%20b/f?x=1&y=%41&z=a+b HTTP/1.1",
                "Host: " + new Uri(gateway.Url).Authority,
                "User-Agent: " + UserAgentOf(request),
                "Accept: */*",
                "Authorization: Bearer abc",
                "Content-Type: text/plain; charset=utf-8",
                "X-Call-Id: c-1",
                "X-Empty: ",
                "X-Many: one",
                "X-Many: two, three",
                "X-Utf8: " + Encoding.Latin1.GetString("café 😀"u8),
                "Content-Length: 6",
                "",
                "\0\xFF",
                "hi",
            ],
            request.Split("\r\n"));
        Assert.Equal(1, gateway.Requests.Count);
    }

    [Fact(Timeout = Timeouts.Short)]
    public async Task Callback_ByteForByte()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using Site site = await Site.StartAsync(stop);
        await using var gateway = new RawGateway();
        await using var receiver = new RawGateway();
        gateway.On("f", Raw(
            "HTTP/1.1 418 I'm a teapot\r\nDate: Mon, 24 Mar 2025 11:15:50 GMT\r\nContent-Type: text/plain\r\nContent-Encoding: identity\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\n"
            + "X-Start-Time: 1\r\nX-Start-Time: 2\r\nX-Latin: caf\u00e9\r\nAuthorization: Bearer of-the-function\r\n"
            + "X-Callback-Url: http://127.0.0.1/loop\r\nx-call-id: forged\r\nX-Function-Status: 200\r\nX-Function-Name: forged\r\nX-Duration-Seconds: 9\r\nX-Retry: 7\r\nX-Retry-Max: 7\r\n"
            + "User-Agent: forged\r\nHost: evil.example\r\nKeep-Alive: timeout=5\r\nProxy-Connection: close\r\nTrailer: X-Late\r\nUpgrade: h2c\r\nConnection: close, X-Hop\r\nX-Hop: 1\r\n"
            + "Content-Length: 4\r\n\r\n\0\xFF\r\n"));
        receiver.On("done", RawAnswers.Fine);
        await using WorkerProcess worker = await site.StartWorkerAsync(stop, ("gateway_url", gateway.Url), ("http_proxy", "http://127.0.0.1:1"), ("HTTP_PROXY", "http://127.0.0.1:1"));

        string message = $$"""
            {"Header":{"X-Call-Id":["c-1"]},"Method":"POST","Function":"f",
            "CallbackUrl":{"Scheme":"http","User":{},"Host":"{{new Uri(receiver.Url).Authority}}","Path":"/at/../A/done","RawPath":"/at/../%41/done","RawQuery":"token=%41%7E&n=1","Fragment":"part"} }
            """;
        await site.Queue.PublishRawAsync(site.Queue.SubjectOf("f"), Encoding.UTF8.GetBytes(message), stop);
        string request = await receiver.Requests.FirstAsync("the callback", static _ => true, Soon, stop);
        await site.Queue.SettledAsync(Soon, stop);

        string[] lines = request.Split("\r\n");
        string duration = Assert.Single(lines, static line => line.StartsWith("X-Duration-Seconds: ", StringComparison.Ordinal));
        Assert.Matches("^X-Duration-Seconds: [0-9]+\\.[0-9]{6}$", duration);
        Assert.Equal(
            [
                "POST /at/../%41/done?token=%41%7E&n=1 HTTP/1.1",
                "Host: " + new Uri(receiver.Url).Authority,
                "Date: Mon, 24 Mar 2025 11:15:50 GMT",
                "Set-Cookie: a=1",
                "Set-Cookie: b=2",
                "X-Start-Time: 1",
                "X-Start-Time: 2",
                "X-Latin: caf\u00e9",
                "Authorization: Bearer of-the-function",
                "User-Agent: " + UserAgentOf(request),
                "X-Call-Id: c-1",
                duration,
                "X-Function-Status: 418",
                "X-Function-Name: f",
                "Content-Type: text/plain",
                "Content-Encoding: identity",
                "Content-Length: 4",
                "",
                "\0\xFF",
                "",
            ],
            lines);
        Assert.Equal(1, receiver.Requests.Count);
    }

    private static string UserAgentOf(string request)
    {
        string line = Assert.Single(request.Split("\r\n"), static line => line.StartsWith("User-Agent: ", StringComparison.Ordinal));
        Assert.Matches("^User-Agent: queue-worker/[0-9]+\\.[0-9]+\\.[0-9]+[^ ]*$", line);
        return line["User-Agent: ".Length..];
    }

    private static RawAnswer Raw(string text) => async (connection, stop) => await connection.SendAsync(Encoding.Latin1.GetBytes(text), stop);
}
