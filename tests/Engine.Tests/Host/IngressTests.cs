using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Paddlewheel.Host.Ingress;
using Xunit;

namespace Paddlewheel.Engine.Tests.Host;

public sealed class IngressTests(IngressFixture fixture) : IClassFixture<IngressFixture>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Post_Valid_StoresTheEnvelopeBeforeItAnswers()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/async-function/cows.dev/resize?w=10&h=%20") { Content = new StringContent("{}", Encoding.UTF8, "application/json") };
        request.Headers.Add("X-Callback-Url", "http://cb.example:81/done?x=1");
        request.Headers.Add("X-Many", ["one", "two"]);

        using HttpResponseMessage response = await fixture.Client.SendAsync(request, Token);

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.Equal(0, response.Content.Headers.ContentLength);
        string callId = Assert.Single(response.Headers.GetValues("X-Call-Id"));
        Assert.True(Guid.TryParse(callId, out _));
        (_, string subject, byte[] data) = await fixture.NewestAsync(Token);
        Assert.Equal("jobs.cows.dev", subject);
        using JsonDocument envelope = JsonDocument.Parse(data);
        JsonElement root = envelope.RootElement;
        Assert.Equal("cows.dev", root.GetProperty("Function").GetString());
        Assert.Equal("/resize", root.GetProperty("Path").GetString());
        Assert.Equal("w=10&h=%20", root.GetProperty("QueryString").GetString());
        Assert.Equal("POST", root.GetProperty("Method").GetString());
        Assert.Equal("e30=", root.GetProperty("Body").GetString());
        Assert.Equal("jobs", root.GetProperty("QueueName").GetString());
        Assert.Equal(fixture.Ingress.Url.Authority, root.GetProperty("Host").GetString());
        Assert.Equal("cb.example:81", root.GetProperty("CallbackUrl").GetProperty("Host").GetString());
        JsonElement header = root.GetProperty("Header");
        Assert.Equal(callId, Assert.Single(header.GetProperty("X-Call-Id").EnumerateArray()).GetString());
        Assert.StartsWith("application/json", header.GetProperty("Content-Type")[0].GetString(), StringComparison.Ordinal);
        Assert.Equal(["one", "two"], header.GetProperty("X-Many").EnumerateArray().SelectMany(static v => v.GetString()!.Split(", ")));
        Assert.Equal(19, header.GetProperty("X-Start-Time")[0].GetString()!.Length);
        Assert.False(header.TryGetProperty("Host", out _));
    }

    [Fact]
    public async Task Post_SameCallId_IsStoredOncePerFunction()
    {
        string id = "call-" + Guid.NewGuid();
        ulong before = (await PostAndCountAsync("/async-function/first", id)).Messages;

        (HttpStatusCode again, ulong afterAgain) = await PostAndCountAsync("/async-function/first", id);
        (_, ulong afterOther) = await PostAndCountAsync("/async-function/second", id);

        Assert.Equal(HttpStatusCode.Accepted, again);
        Assert.Equal((before, before + 1), (afterAgain, afterOther));
    }

    [Theory]
    [InlineData("/async-function/ec%20ho", null, null, "function name")]
    [InlineData("/async-function/", null, null, "name a function")]
    [InlineData("/async-function/echo/..%2f..%2fsystem", null, null, "segments")]
    [InlineData("/async-function/echo", "ftp://x/y", null, "X-Callback-Url")]
    [InlineData("/async-function/echo", "/relative", null, "X-Callback-Url")]
    [InlineData("/async-function/echo", null, "two words", "X-Call-Id")]
    public async Task Post_Wrong_Is400AndSaysWhy(string target, string? callback, string? callId, string reason)
    {
        string headers = (callback is null ? "" : $"X-Callback-Url: {callback}\r\n") + (callId is null ? "" : $"X-Call-Id: {callId}\r\n");

        string answer = await RawAsync($"POST {target} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n{headers}Content-Length: 1\r\n\r\nx");

        Assert.StartsWith("HTTP/1.1 400 ", answer, StringComparison.Ordinal);
        Assert.Contains(reason, answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://hooks.example:81/in/x?secret=1", HttpStatusCode.Accepted)]
    [InlineData(null, HttpStatusCode.Accepted)]
    [InlineData("http://hooks.example:81/inside?secret=1", HttpStatusCode.BadRequest)]
    [InlineData("http://elsewhere.example:81/in?secret=1", HttpStatusCode.BadRequest)]
    public async Task Post_CallbackNotAllowed_Is400AndNothingIsStored(string? callback, HttpStatusCode expected)
    {
        await using IngressServer strict = await fixture.StartIngressAsync("jobs", gateway: null, "http://hooks.example:81/in");
        (await fixture.Client.PostAsync("/async-function/before", null, Token)).Dispose();
        ulong before = (await fixture.NewestAsync(Token)).Messages;
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(strict.Url, "/async-function/echo"));
        if (callback is not null)
        {
            request.Headers.Add("X-Callback-Url", callback);
        }

        using HttpResponseMessage response = await fixture.Client.SendAsync(request, Token);

        Assert.Equal(expected, response.StatusCode);
        string text = await response.Content.ReadAsStringAsync(Token);
        Assert.Equal(expected == HttpStatusCode.BadRequest, text.Contains("allowed_callback_urls", StringComparison.Ordinal));
        Assert.DoesNotContain("secret", text, StringComparison.Ordinal);
        Assert.Equal(before + (expected == HttpStatusCode.Accepted ? 1UL : 0), (await fixture.NewestAsync(Token)).Messages);
    }

    [Fact]
    public async Task Get_Is405WithAllow()
    {
        using HttpResponseMessage response = await fixture.Client.GetAsync("/async-function/echo", Token);

        Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
        Assert.Equal(["POST", "DELETE"], response.Content.Headers.Allow);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Post_BodyTooLarge_Is413(bool announced)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/async-function/echo") { Content = new ByteArrayContent(new byte[1 << 20]) };
        request.Headers.TransferEncodingChunked = !announced;
        request.Headers.ExpectContinue = true;

        using HttpResponseMessage response = await fixture.Client.SendAsync(request, Token);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
        Assert.Contains("at most", await response.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Post_LargestBodyAllowed_IsStored()
    {
        using var content = new ByteArrayContent(new byte[780_000]);

        using HttpResponseMessage response = await fixture.Client.PostAsync("/async-function/big", content, Token);

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.Equal("jobs.big.openfaas-fn", (await fixture.NewestAsync(Token)).Subject);
    }

    [Fact]
    public async Task Post_NoStreamForTheQueue_Is503()
    {
        await using IngressServer other = await fixture.StartIngressAsync("nobody", gateway: null);

        using HttpResponseMessage response = await fixture.Client.PostAsync(new Uri(other.Url, "/async-function/echo"), null, Token);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Contains("no stream takes the subject nobody.echo.openfaas-fn", await response.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
        Assert.NotNull(response.Headers.RetryAfter);
    }

    [Fact]
    public async Task Other_Path_IsForwardedBothWays()
    {
        using HttpResponseMessage echo = await fixture.Client.PostAsync("/function/echo", new StringContent("there and back"), Token);
        using HttpResponseMessage missing = await fixture.Client.GetAsync("/function/none", Token);

        Assert.Equal("there and back", await echo.Content.ReadAsStringAsync(Token));
        Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);
    }

    private async Task<(HttpStatusCode Status, ulong Messages)> PostAndCountAsync(string path, string id)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path);
        request.Headers.Add("X-Call-Id", id);
        using HttpResponseMessage response = await fixture.Client.SendAsync(request, Token);
        Assert.Equal(id, Assert.Single(response.Headers.GetValues("X-Call-Id")));
        return (response.StatusCode, (await fixture.NewestAsync(Token)).Messages);
    }

    private async Task<string> RawAsync(string request)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(fixture.Ingress.Url.Host, fixture.Ingress.Url.Port, Token);
        await socket.GetStream().WriteAsync(Encoding.Latin1.GetBytes(request), Token);
        using var reader = new StreamReader(socket.GetStream(), Encoding.Latin1);
        return await reader.ReadToEndAsync(Token);
    }
}
