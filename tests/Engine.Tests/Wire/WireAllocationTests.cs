using System.Text;
using Paddlewheel.Engine.Invoke;
using Paddlewheel.Engine.Wire;
using Xunit;

namespace Paddlewheel.Engine.Tests.Wire;

public sealed class WireAllocationTests
{
    private const int Iterations = 10_000;

    [Fact]
    public void Read_SteadyState_AllocatesNothing()
    {
        byte[] sample = Encoding.UTF8.GetBytes(Reading.Sample);
        byte[] escaped = Encoding.UTF8.GetBytes(
            """{"Function":"f","Header":{"A":["\u003c\ud83d\ude00"]},"Body":"YW\nJj","CallbackUrl":{"Scheme":"http","Host":"a","Path":"/x y","RawPath":"/x%20y"}}""");
        byte[] invalid = Reading.Bytes("{\"Function\":\"f\",\"Path\":\"/\xFF\xFF\xFF\\n\",\"CallbackUrl\":\"http://a/b%2Fc\"}");
        byte[] buffer = new byte[4096];
        var envelope = new Envelope();
        Assert.Equal(0, Measure(() =>
        {
            Read(sample);
            Read(escaped);
            Read(invalid);
        }));

        void Read(byte[] message)
        {
            // Reading writes to the buffer, as it does to a delivery's: every round starts from fresh bytes.
            message.CopyTo(buffer, 0);
            if (envelope.Read(buffer, message.Length, Reading.Limits) != EnvelopeError.None)
            {
                throw new InvalidOperationException("a good message was refused");
            }
        }
    }

    [Fact]
    public void JudgeAndPath_SteadyState_AllocateNothing()
    {
        var envelope = Reading.Good(Reading.Sample);
        byte[] url = new byte[1024];
        Assert.Equal(0, Measure(() =>
        {
            int forwarded = 0;
            for (int i = 0; i < envelope.HeaderCount; i++)
            {
                forwarded += HeaderRules.Judge(envelope.HeaderName(i), envelope.HeaderValue(i)) == HeaderFate.Forward ? 1 : 0;
            }

            if (forwarded == 0 || HeaderRules.IsListedIn("close, x-a"u8, "X-B"u8)
                || !FunctionPath.TryWrite("http://gw/function/"u8, envelope, url, out _, out _))
            {
                throw new InvalidOperationException("wrong answer");
            }
        }));
    }

    [Fact]
    public void AckSubject_SteadyState_AllocatesNothing()
    {
        string chars = "$JS.ACK.OF_faas-request.workers.3.42.57.1753700000000000000.7";
        byte[] bytes = Encoding.ASCII.GetBytes(chars);
        Assert.Equal(0, Measure(() =>
        {
            if (!AckSubject.TryParse(chars, out _) || !AckSubject.TryParse(bytes, out _))
            {
                throw new InvalidOperationException("refused");
            }
        }));
    }

    private static long Measure(Action once)
    {
        for (int i = 0; i < 200; i++)
        {
            once();
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < Iterations; i++)
        {
            once();
        }

        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
