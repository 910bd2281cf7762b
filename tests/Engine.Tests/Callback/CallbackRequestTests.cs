using System.Buffers;
using System.Text;
using Paddlewheel.Engine.Callback;
using Paddlewheel.Engine.Deliveries;
using Paddlewheel.Engine.Judge;
using Paddlewheel.Engine.Options;
using Paddlewheel.Engine.Tests.Deliveries;
using Paddlewheel.Engine.Wire;
using Xunit;

namespace Paddlewheel.Engine.Tests.Callback;

public sealed class CallbackRequestTests
{
    private readonly Bench _bench = new();
    private readonly Delivery _delivery;

    public CallbackRequestTests() => _delivery = Message(callId: "id-1");

    [Fact]
    public async Task Build_FirstTry_ExactlyTheContractsHeaders()
    {
        _delivery.Response.Headers.Add(new("X-Own", "mine"));
        _delivery.Response.Headers.Add(new("Content-Type", "text/plain; charset=utf-8"));
        using HttpRequestMessage request = Build(new Verdict(VerdictKind.Success, default, default, 0), status: 200, "hello");
        Assert.Equal(("POST", "http://receiver:9000/back?a=b"), (request.Method.Method, request.RequestUri!.AbsoluteUri));
        Assert.Equal(
            [
                "Content-Type: text/plain; charset=utf-8", "User-Agent: queue-worker/1.2.3", "X-Call-Id: id-1", "X-Duration-Seconds: 1.234568",
                "X-Function-Name: figlet.openfaas-fn", "X-Function-Status: 200", "X-Own: mine",
            ],
            Lines(request));
        Assert.Equal("hello", await request.Content!.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Build_FunctionEchoesItsRequest_NoLoopAndNothingOfTheConnection()
    {
        foreach (string name in new[] { "X-Callback-Url", "x-callback-url", "Connection", "Keep-Alive", "Transfer-Encoding", "TE", "Trailer", "Upgrade", "Proxy-Authorization", "Host", "Expect", "Content-Length" })
        {
            _delivery.Response.Headers.Add(new(name, "http://loop/"));
        }

        using HttpRequestMessage request = Build(new Verdict(VerdictKind.Success, default, default, 0), 200);
        Assert.Equal(["User-Agent", "X-Call-Id", "X-Duration-Seconds", "X-Function-Name", "X-Function-Status"], Lines(request).Select(line => line.Split(':')[0]));
    }

    [Fact]
    public void Build_FunctionSetsOurHeaders_OursWin()
    {
        foreach (string name in new[] { "X-Call-Id", "X-Function-Status", "x-function-name", "X-Duration-Seconds", "X-Retry", "X-Retry-Max", CallbackRequest.TooLargeHeader, "User-Agent" })
        {
            _delivery.Response.Headers.Add(new(name, "forged"));
        }

        using HttpRequestMessage request = Build(new Verdict(VerdictKind.Success, default, default, 0), 200);
        Assert.DoesNotContain(Lines(request), line => line.Contains("forged", StringComparison.Ordinal));
        Assert.DoesNotContain(Lines(request), line => line.StartsWith("X-Retry", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(VerdictKind.Success, 0, 3, null, null)]
    [InlineData(VerdictKind.Success, 2, 3, "2", "3")]
    [InlineData(VerdictKind.Refused, 1, 3, "1", "3")]
    [InlineData(VerdictKind.Exhausted, 3, 3, "3", "3")]
    [InlineData(VerdictKind.Exhausted, 7, 3, "3", "3")]
    [InlineData(VerdictKind.Success, 9, 3, "3", "3")]
    [InlineData(VerdictKind.Exhausted, 0, 0, null, null)]
    internal void Build_RetryHeaders(VerdictKind kind, int retries, int attempts, string? retry, string? max)
    {
        _delivery.Policy = RetryPolicy.From(new EngineOptions { MaxRetryAttempts = attempts });
        using HttpRequestMessage request = Build(new Verdict(kind, default, RetryReason.Status, retries), 500);
        Assert.Equal((retry, max), (Value(request, "X-Retry"), Value(request, "X-Retry-Max")));
    }

    [Fact]
    public void Build_AnswerTooLarge_SaysSoAndCarriesNothing()
    {
        _delivery.Response.MarkTooLarge();
        using HttpRequestMessage request = Build(new Verdict(VerdictKind.Success, default, default, 0), 200);
        Assert.Equal("1048576", Value(request, CallbackRequest.TooLargeHeader));
        Assert.Equal(0, request.Content!.Headers.ContentLength);
    }

    [Theory]
    [InlineData("a\r\nInjected: 1")]
    [InlineData("a\nInjected: 1")]
    [InlineData("a\0b")]
    public void Build_LineBreakInAValue_IsLeftOut(string value)
    {
        _delivery.Response.Headers.Add(new("X-Bad", value));
        using HttpRequestMessage request = Build(new Verdict(VerdictKind.Success, default, default, 0), 200);
        Assert.DoesNotContain(Lines(request), line => line.StartsWith("X-Bad", StringComparison.Ordinal));
    }

    [Fact]
    public void Build_NoCallId_NoHeader()
    {
        using HttpRequestMessage request = Build(new Verdict(VerdictKind.Success, default, default, 0), 200, "", Message(callId: null));
        Assert.Null(Value(request, "X-Call-Id"));
    }

    private static string? Value(HttpRequestMessage request, string name) => request.Headers.TryGetValues(name, out IEnumerable<string>? values) ? string.Join(",", values) : null;

    private static List<string> Lines(HttpRequestMessage request) =>
        [.. request.Headers.NonValidated.Concat(request.Content!.Headers.NonValidated).SelectMany(header => header.Value.Select(value => $"{header.Key}: {value}")).Order(StringComparer.Ordinal)];

    private HttpRequestMessage Build(Verdict verdict, int status, string body = "", Delivery? delivery = null)
    {
        delivery ??= _delivery;
        delivery.Verdict = verdict;
        delivery.Result = new InvocationResult { Status = status, Duration = TimeSpan.FromTicks(12_345_678) };
        return CallbackRequest.Build(delivery, new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(body)), "queue-worker/1.2.3", 1048576);
    }

    private Delivery Message(string? callId)
    {
        ArrayBufferWriter<byte> json = new();
        EnvelopeWriter.Write(json, new EnvelopeFields
        {
            Function = "figlet.openfaas-fn",
            CallbackUrl = new Uri("http://receiver:9000/back?a=b"),
            Header = callId is null ? [] : [new("X-Call-Id", callId)],
        });
        Delivery delivery = _bench.Receive(callId is null ? 2UL : 1UL, payload: json.WrittenSpan.ToArray());
        Assert.Equal(EnvelopeError.None, delivery.Envelope.Read(delivery.Buffer, delivery.Length, new EnvelopeLimits(1 << 20, 64, 200, 65536)));
        return delivery;
    }
}
