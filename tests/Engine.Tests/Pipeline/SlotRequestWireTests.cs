using System.Buffers;
using System.Text;
using Paddlewheel.Engine.Deliveries;
using Paddlewheel.Engine.Invoke;
using Paddlewheel.Engine.Tests.Deliveries;
using Paddlewheel.Engine.Wire;
using Xunit;

namespace Paddlewheel.Engine.Tests.Pipeline;

/// <summary>A slot's request through a real client to a real socket: what counts is what stands on the wire.</summary>
public sealed class SlotRequestWireTests : IAsyncDisposable
{
    private readonly Bench _bench = new();
    private readonly RawServer _server = new();
    private readonly HttpMessageInvoker _client = HttpClients.ForGateway(1, TimeSpan.FromSeconds(5));
    private SlotRequest _request = new("queue-worker/1.2.3");
    private ulong _sequence;

    [Fact]
    public async Task Send_BytesExact()
    {
        await SendAsync("hi", ("Content-Type", "text/plain"), ("X-Call-Id", "abc"), ("X-Long", new string('v', 5000)));
        Assert.Equal(Wire("hi", "User-Agent: queue-worker/1.2.3", "Content-Type: text/plain", "X-Call-Id: abc", "X-Long: " + new string('v', 5000)), Last);
    }

    [Fact]
    public async Task Send_SameNamesOtherValues_NothingOfTheLastMessage()
    {
        await SendAsync("first body", ("X-A", "one"), ("X-B", "secret-of-the-first"));
        await SendAsync("2nd", ("X-A", "two"), ("X-B", ""));
        Assert.Equal(Wire("2nd", "User-Agent: queue-worker/1.2.3", "X-A: two", "X-B: "), Last);
    }

    [Fact]
    public async Task Send_ShorterHeaderList_NothingOfTheLastMessage()
    {
        await SendAsync("first", ("X-A", "one"), ("X-B", "two"), ("Content-Type", "text/plain"), ("Authorization", "Bearer first"));
        await SendAsync("second", ("X-B", "three"));
        Assert.Equal(Wire("second", "User-Agent: queue-worker/1.2.3", "X-B: three"), Last);
        await SendAsync("third");
        Assert.Equal(Wire("third", "User-Agent: queue-worker/1.2.3"), Last);
    }

    [Fact]
    public async Task Send_LongerHeaderList_EachValueWithItsName()
    {
        await SendAsync("", ("X-B", "1"));
        await SendAsync("", ("X-A", "2"), ("X-B", "3"), ("X-C", "4"));
        Assert.Equal(Wire("", "User-Agent: queue-worker/1.2.3", "X-A: 2", "X-B: 3", "X-C: 4"), Last);
    }

    [Fact]
    public async Task Send_AfterAFailedSend_NothingOfTheFailedMessage()
    {
        await SendAsync("warm", ("X-A", "one"));
        _server.CutNext();
        await Assert.ThrowsAnyAsync<Exception>(() => SendAsync("lost body", ("X-A", "secret"), ("X-B", "secret")));
        int sent = _server.Requests.Count;

        // As the slot does after any failure.
        _request = new SlotRequest("queue-worker/1.2.3");
        await SendAsync("next", ("X-A", "two"));
        Assert.Equal(Wire("next", "User-Agent: queue-worker/1.2.3", "X-A: two"), Last);
        Assert.Equal(sent + 1, _server.Requests.Count);
        Assert.Single(_server.Requests, request => request.Contains("lost body", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Send_BodyLengthChanges_ContentLengthToo()
    {
        foreach (string body in new[] { "12345", "1", "", "1234567890", "1234567890", "" })
        {
            await SendAsync(body, ("Content-Type", "text/plain"));
            Assert.Equal(Wire(body, "User-Agent: queue-worker/1.2.3", "Content-Type: text/plain"), Last);
        }
    }

    [Fact]
    public async Task Send_LargeBody_ArrivesWhole()
    {
        string body = new('b', 300_000);
        await SendAsync(body);
        Assert.Equal(Wire(body, "User-Agent: queue-worker/1.2.3"), Last);
    }

    [Theory]
    [InlineData("grüße-✓-🛞")]
    [InlineData("\uE000")]
    [InlineData("\uE001 and more")]
    public async Task Send_NonAscii_PassesAsUtf8(string value)
    {
        await SendAsync("", ("X-A", "before"), ("X-Text", value));
        string bytes = Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(value));
        Assert.Equal(Wire("", "User-Agent: queue-worker/1.2.3", "X-A: before", "X-Text: " + bytes), Last);
    }

    [Fact]
    public async Task Send_HeadersOfTheFirstConnection_StayBehind()
    {
        await SendAsync("", ("Connection", "X-Named, keep-alive"), ("X-Named", "hop"), ("Host", "evil"), ("Content-Length", "99"), ("Transfer-Encoding", "chunked"), ("Expect", "100-continue"), ("Accept", "text/event-stream"), ("X-Kept", "yes"));
        Assert.Equal(Wire("", "User-Agent: queue-worker/1.2.3", "Accept: */*", "X-Kept: yes"), Last);
        await SendAsync("", ("X-Kept", "yes"));
        Assert.Equal(Wire("", "User-Agent: queue-worker/1.2.3", "X-Kept: yes"), Last);
    }

    [Fact]
    public async Task Send_HeaderTwice_BothValuesArrive()
    {
        await SendAsync("", ("X-Many", "one"), ("X-Many", "two"));
        Assert.Equal(Wire("", "User-Agent: queue-worker/1.2.3", "X-Many: one", "X-Many: two"), Last);
    }

    [Fact]
    public async Task Send_200Headers_InOrder()
    {
        (string, string)[] headers = [.. Enumerable.Range(0, 200).Select(i => ($"X-{i:D3}", $"value-{i}"))];
        await SendAsync("", headers);
        Assert.Equal(Wire("", ["User-Agent: queue-worker/1.2.3", .. headers.Select(header => $"{header.Item1}: {header.Item2}")]), Last);
    }

    [Fact]
    public async Task End_TheMessageIsOutOfReach()
    {
        await SendAsync("x", ("X-A", "secret"));
        Assert.Equal("queue-worker/1.2.3", Encoding.ASCII.GetString(_request.Block.GetBytes(HeaderBlock.Token)));
    }

    public async ValueTask DisposeAsync()
    {
        _bench.AssertAllHome();
        _client.Dispose();
        _request.Dispose();
        await _server.DisposeAsync();
    }

    private string Last => _server.Requests[^1];

    private string Wire(string body, params string[] headers)
    {
        // .NET writes Host first and the content's length last.
        string[] lines = [$"Host: 127.0.0.1:{_server.Url.Port}", .. headers, $"Content-Length: {body.Length}"];
        return "POST /function/f HTTP/1.1\r\n" + string.Join("\r\n", lines) + "\r\n\r\n" + body;
    }

    private async Task SendAsync(string body, params (string Name, string Value)[] headers)
    {
        ArrayBufferWriter<byte> json = new();
        EnvelopeWriter.Write(json, new EnvelopeFields
        {
            Function = "f",
            Body = new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(body)),
            Header = [.. headers.Select(header => new KeyValuePair<string, string>(header.Name, header.Value))],
        });
        Delivery delivery = _bench.Receive(++_sequence, payload: json.WrittenSpan.ToArray());
        Assert.Equal(EnvelopeError.None, delivery.Envelope.Read(delivery.Buffer, delivery.Length, new EnvelopeLimits(1 << 20, 64, 300, 65536)));
        try
        {
            _request.Begin(delivery, _server.Url);
            using HttpResponseMessage response = await _client.SendAsync(_request, TestContext.Current.CancellationToken);
            Assert.Equal(200, (int)response.StatusCode);
        }
        finally
        {
            _request.End();
            _bench.Home.Release(delivery);
        }
    }
}
