using System.Text;
using Paddlewheel.Engine.Wire;
using Xunit;

namespace Paddlewheel.Engine.Tests.Wire;

/// <summary>Hostile bytes give a value, never an exception, and never a torn envelope.</summary>
public sealed class EnvelopeMutationTests
{
    private const int Messages = 20_000;

    private static readonly string[] Pieces =
    [
        "{", "}", "[", "]", "\"", ":", ",", "null", "true", "1e999", "\\", "\\u", "\\ud800", "\\u0000", "\0", "\u007f", "\u00ff", "\u00e2\u0082",
        "\"Function\":", "\"Header\":{\"A\":[", "\"Body\":\"", "\"CallbackUrl\":{", "\"CallbackUrl\":\"http://", "\"User\":{}", "\"Scheme\":\"https\"",
        "\"RawPath\":\"%2", "====", "../", "\u00ef\u00bb\u00bf", "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[",
    ];

    [Fact]
    public void Read_MutatedMessages_NeverThrow()
    {
        var random = new Random(20_250_728);
        byte[] sample = Encoding.UTF8.GetBytes(Reading.Sample);
        var envelope = new Envelope();
        int good = 0;
        for (int i = 0; i < Messages; i++)
        {
            byte[] message = Mutate(sample, random);
            var error = envelope.Read(message, message.Length, Reading.Limits);
            good += error == EnvelopeError.None ? 1 : 0;
            Assert.Equal(error == EnvelopeError.None, !envelope.Function.IsEmpty);
            Touch(envelope);
        }

        // Both ways must be common, or the mutations test nothing.
        Assert.InRange(good, Messages / 20, Messages * 19 / 20);
    }

    [Fact]
    public void Read_RandomBytes_NeverThrow()
    {
        var random = new Random(7);
        var envelope = new Envelope();
        for (int i = 0; i < 2_000; i++)
        {
            byte[] message = new byte[random.Next(0, 200)];
            random.NextBytes(message);
            Assert.NotEqual(EnvelopeError.None, envelope.Read(message, message.Length, Reading.Limits));
        }
    }

    internal static byte[] Mutate(byte[] sample, Random random)
    {
        var message = new List<byte>(sample);
        for (int edits = random.Next(1, 4); edits > 0; edits--)
        {
            int at = random.Next(message.Count);
            switch (random.Next(5))
            {
                case 0:
                    message[at] = (byte)random.Next(256);
                    break;
                case 1:
                    message.InsertRange(at, Encoding.Latin1.GetBytes(Pieces[random.Next(Pieces.Length)]));
                    break;
                case 2:
                    message.RemoveRange(at, Math.Min(random.Next(1, 8), message.Count - at - 1));
                    break;
                case 3:
                    message[at] ^= (byte)(1 << random.Next(8));
                    break;
                default:
                    int from = random.Next(message.Count);
                    message.InsertRange(at, message.GetRange(from, Math.Min(random.Next(1, 40), message.Count - from)));
                    break;
            }
        }

        return [.. message];
    }

    private static void Touch(Envelope envelope)
    {
        int bytes = envelope.Path.Length + envelope.QueryString.Length + envelope.Method.Length + envelope.Host.Length
            + envelope.QueueName.Length + envelope.Body.Span.Length + envelope.CallId.Length + envelope.CallbackUrl.Length;
        for (int i = 0; i < envelope.HeaderCount; i++)
        {
            bytes += envelope.HeaderName(i).Length + envelope.HeaderValue(i).Length;
        }

        Assert.InRange(bytes, 0, 100_000);
        if (envelope.HasCallback)
        {
            Assert.Matches("^https?://.", envelope.CallbackUrl.Text());
        }
    }
}
