using System.Text;
using Paddlewheel.Engine.Wire;
using Xunit;

namespace Paddlewheel.Engine.Tests.Wire;

/// <summary>Shorthand for reading a message and looking at what came out.</summary>
internal static class Reading
{
    public static readonly EnvelopeLimits Limits = new(MaxBytes: 1 << 20, MaxDepth: 64, MaxHeaders: 200, MaxHeaderBytes: 64 * 1024);

    /// <summary>What the gateway of today writes (contract 2.1).</summary>
    public const string Sample = """
        {"Header":{"Accept":["*/*"],"Content-Length":["2"],"Content-Type":["application/json"],"User-Agent":["curl/8.5.0"],"X-Call-Id":["f7e0-11"],"X-Callback-Url":["http://cb.example/done"],"X-Start-Time":["1753700000000000000"]},"Host":"127.0.0.1:8080","Body":"e30=","Method":"POST","Path":"/resize","QueryString":"w=10","Function":"cows","Annotations":{"com.openfaas.retry.attempts":"30"},"CallbackUrl":{"Scheme":"http","Opaque":"","User":null,"Host":"cb.example","Path":"/done","Fragment":"","RawQuery":"","RawPath":"","RawFragment":"","ForceQuery":false,"OmitHost":false}}
        """;

    public static EnvelopeError Read(string json, out Envelope envelope) => Read(Encoding.UTF8.GetBytes(json), out envelope);

    public static EnvelopeError Read(byte[] message, out Envelope envelope)
    {
        envelope = new Envelope();
        return envelope.Read(message, message.Length, Limits);
    }

    /// <summary>Reads a message that must be good.</summary>
    public static Envelope Good(string json)
    {
        Assert.Equal(EnvelopeError.None, Read(json, out var envelope));
        return envelope;
    }

    public static string Text(this ReadOnlySpan<byte> utf8) => Encoding.UTF8.GetString(utf8);

    public static string Header(this Envelope envelope) =>
        string.Join("; ", Enumerable.Range(0, envelope.HeaderCount).Select(i => envelope.HeaderName(i).Text() + "=" + envelope.HeaderValue(i).Text()));

    public static byte[] Bytes(string latin1) => Encoding.Latin1.GetBytes(latin1);
}
