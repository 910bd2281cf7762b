using System.Buffers;
using System.Text;
using CsCheck;
using Paddlewheel.Engine.Deliveries;
using Paddlewheel.Engine.Invoke;
using Paddlewheel.Engine.Tests.Deliveries;
using Paddlewheel.Engine.Wire;
using Xunit;

namespace Paddlewheel.Engine.Tests.Invoke;

/// <summary>A request that served other messages before is the request that a new one would be: no header of one call reaches the next.</summary>
public sealed class SlotRequestReuseTests : IDisposable
{
    private const string UserAgent = "queue-worker/1.2.3";

    private static readonly Uri Target = new("http://gateway:8080/function/f");

    // Few names, so that two messages in a row often have the same; values that change what becomes of a header.
    private static readonly Gen<(string Name, string Value)> Row = Gen.Select(
        Gen.OneOf("X-A", "x-a", "X-B", "X-C", "Accept", "Content-Type", "Host", "User-Agent", "Connection", "Keep-Alive", "Proxy-X", "Authorization", "bad name"),
        Gen.OneOf("one", "two", "", "text/event-stream", "text/html, Application/X-NDJSON;q=1", "*/*", "X-A", "X-B, close", "a\rb", "tab\there", "\u007f", "é", new string('v', 700)));

    private readonly Bench _bench = new();
    private readonly SlotRequest _used = new(UserAgent);
    private ulong _sequence;

    [Fact]
    public void Begin_AfterAnyOtherMessages_AsANewRequest()
    {
        int plain = 0;
        Gen.Select(Row.Array[0, 5], Row.Array[0, 5], Gen.Bool).Sample(
            (first, second, sameNames) =>
            {
                Compare(first);
                (string, string)[] next = sameNames ? [.. first.Zip(second, (a, b) => (a.Name, b.Value))] : second;
                plain += sameNames ? 1 : 0;
                Compare(next);
            },
            iter: 5_000, threads: 1);
        Assert.InRange(plain, 1_000, 4_000);
    }

    [Fact]
    public void Begin_SameNamesAValueThatIsNotSent_LeavesItsHeaderOut()
    {
        Assert.Equal("User-Agent=queue-worker/1.2.3|X-A=one|X-B=two", Compare(("X-A", "one"), ("X-B", "two")));
        Assert.Equal("User-Agent=queue-worker/1.2.3|X-B=three", Compare(("X-A", "on\r\ne"), ("X-B", "three")));
        Assert.Equal("User-Agent=queue-worker/1.2.3|X-A=four|X-B=five", Compare(("X-A", "four"), ("X-B", "five")));
    }

    [Fact]
    public void Begin_SameNamesAnAcceptThatAsksForAStream_IsReplaced()
    {
        Assert.Equal("User-Agent=queue-worker/1.2.3|Accept=text/html|X-A=1", Compare(("Accept", "text/html"), ("X-A", "1")));
        Assert.Equal("User-Agent=queue-worker/1.2.3|Accept=*/*|X-A=2", Compare(("Accept", "text/Event-Stream"), ("X-A", "2")));
        Assert.Equal("User-Agent=queue-worker/1.2.3|Accept=text/plain|X-A=3", Compare(("Accept", "text/plain"), ("X-A", "3")));
    }

    [Fact]
    public void Begin_SameNamesAnotherConnectionHeader_DropsWhatThisOneNames()
    {
        Assert.Equal("User-Agent=queue-worker/1.2.3|X-A=1", Compare(("Connection", "X-B"), ("X-A", "1"), ("X-B", "2")));
        Assert.Equal("User-Agent=queue-worker/1.2.3|X-B=4", Compare(("Connection", "X-A"), ("X-A", "3"), ("X-B", "4")));
    }

    public void Dispose()
    {
        _bench.AssertAllHome();
        _used.Dispose();
    }

    /// <summary>Begins the used request and a new one with the same message; what stands in both.</summary>
    private string Compare(params (string Name, string Value)[] headers)
    {
        ArrayBufferWriter<byte> json = new();
        json.Write("{\"Function\":\"f\",\"Header\":{"u8);
        for (int i = 0; i < headers.Length; i++)
        {
            json.Write(Encoding.UTF8.GetBytes((i == 0 ? "" : ",") + $"{System.Text.Json.JsonSerializer.Serialize(headers[i].Name)}:[{System.Text.Json.JsonSerializer.Serialize(headers[i].Value)}]"));
        }

        json.Write("}}"u8);
        Delivery delivery = _bench.Receive(++_sequence, payload: json.WrittenSpan.ToArray());
        Assert.Equal(EnvelopeError.None, delivery.Envelope.Read(delivery.Buffer, delivery.Length, new EnvelopeLimits(1 << 20, 64, 300, 65536)));
        using SlotRequest fresh = new(UserAgent);
        fresh.Begin(delivery, Target);
        _used.Begin(delivery, Target);
        string expected = Describe(fresh);
        Assert.Equal(expected, Describe(_used));
        fresh.End();
        _used.End();
        _bench.Home.Release(delivery);
        return expected;
    }

    private static string Describe(SlotRequest request)
    {
        string token = Assert.Single(Assert.Single(request.Headers.NonValidated).Value);
        Assert.Equal("Content-Length", Assert.Single(request.Content!.Headers.NonValidated).Key);
        return "User-Agent=" + Encoding.UTF8.GetString(request.Block.GetBytes(token)).Replace("\r\n", "|", StringComparison.Ordinal).Replace(": ", "=", StringComparison.Ordinal);
    }
}
