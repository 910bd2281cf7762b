using System.Globalization;
using System.Text;
using CsCheck;
using Microsoft.Extensions.Logging;
using Paddlewheel.Host.Configuration;
using Paddlewheel.Host.Logging;
using Xunit;

namespace Paddlewheel.Engine.Tests.Logging;

/// <summary>The short way of a message's lines writes what the long way writes, byte for byte.</summary>
public sealed class ZapInvocationLogTests
{
    private static readonly Gen<long> Ticks = Gen.OneOf(
        Gen.Long[0, DateTime.MaxValue.Ticks],
        Gen.Long[DateTime.UnixEpoch.Ticks - TimeSpan.TicksPerDay, DateTime.UnixEpoch.Ticks + TimeSpan.TicksPerDay],
        // Around full seconds and milliseconds, and with every number of digits.
        Gen.Select(Gen.Long[0, 4_000_000_000], Gen.OneOf<long>(-1, 0, 1, 9, 10, 100, 1_000, 9_999, 10_000, 5_000_000, 9_990_000, 9_999_999), (second, more) =>
            Math.Max(0, DateTime.UnixEpoch.Ticks + (second * TimeSpan.TicksPerSecond) + more)));

    private static readonly Gen<double> Seconds = Gen.OneOf(
        Gen.Long[0, 10_000_000].Select(ticks => new TimeSpan(ticks).TotalSeconds),
        Gen.Long[0, 100_000_000_000_000].Select(ticks => new TimeSpan(ticks).TotalSeconds),
        Gen.Long[0, 2_000_000_000_000_000].Select(nanoseconds => nanoseconds / 1e9),
        Gen.Double[0, 1],
        Gen.Double[-2e6, 2e6],
        Gen.OneOf(0, -0.0, 1e-9, 4e-10, 5e-10, 1e-10, 0.1 + 0.2, 0.3, 999_999.999999999, 1e6, 1e6 + 1e-9, 1, 1.5, double.Epsilon, 7e27));

    private static readonly Gen<byte[]> Text = Gen.Frequency(
        (6, Gen.Char[' ', '~'].Array[0, 60].Select(chars => Encoding.ASCII.GetBytes(chars))),
        (6, Gen.OneOf("cows.openfaas-fn", "6a7b1d0c-3c1e-4a55-9f0e-6f6f6f6f6f6f", "").Select(Encoding.ASCII.GetBytes)),
        (1, Gen.Byte.Array[0, 40]),
        (1, Gen.Const(Encoding.ASCII.GetBytes(new string('x', 1100)))));

    [Fact]
    public void Lines_AnyValues_AreThoseOfTheLongWay() =>
        Gen.Select(Ticks, Text, Text, Gen.OneOf(Gen.Int[1, 20], Gen.Int), Gen.OneOf(Gen.Int[100, 599], Gen.Int), Seconds).Sample(
            (ticks, callId, function, delivery, status, seconds) =>
            {
                foreach (LogEncoding encoding in Enum.GetValues<LogEncoding>())
                {
                    DateTimeOffset now = new(ticks, TimeSpan.Zero);
                    string expected = Written(now, output =>
                    {
                        ZapInvocationLines lines = new(output, encoding);
                        lines.Invoke(now, callId, function, delivery);
                        lines.Invoked(now, callId, function, delivery, status, seconds);
                    });
                    string actual = Written(now, output =>
                    {
                        ZapInvocationLog log = new(output, encoding, LogLevel.Information);
                        log.Invoke(now, callId, function, delivery);
                        log.Invoked(now, callId, function, delivery, status, seconds);
                    });
                    Assert.Equal(expected, actual);
                }
            },
            iter: 20_000);

    [Fact]
    public void Seconds_OfAnElapsedTime_TakeTheShortWay() =>
        Gen.Long[0, 9_999_999_999_999].Sample(
            ticks => ZapSeconds.TryFormat(new TimeSpan(ticks).TotalSeconds, new byte[32], out _),
            iter: 10_000);

    // As ZapWriter says it, with the framework's own formatting.
    [Fact]
    public void Seconds_AnyNanoseconds_AreTheDecimalOfNineDigits() =>
        Gen.Long[0, 999_999_999_999_999].Sample(
            nanoseconds =>
            {
                double seconds = nanoseconds / 1e9;
                byte[] target = new byte[32];
                Assert.True(ZapSeconds.TryFormat(seconds, target, out int written));
                Assert.Equal(Math.Round((decimal)seconds, 9).ToString("0.#########", CultureInfo.InvariantCulture), Encoding.ASCII.GetString(target, 0, written));
            },
            iter: 50_000);

    [Fact]
    public void Output_StreamIsSlow_LinesGoOnAndKeepTheirOrder()
    {
        using GatedStream stream = new();
        using ZapOutput output = new(stream, TimeProvider.System);
        byte[] chunk = Encoding.ASCII.GetBytes(new string('a', 40_000) + "\n");
        Thread writer = new(() => output.Write(chunk, urgent: false));
        writer.Start();
        stream.Entered.Wait(TestContext.Current.CancellationToken);

        // The other thread is inside the stream: these come back all the same.
        output.Write("b\n"u8, urgent: false);
        output.Write(chunk, urgent: false);
        output.Write("c\n"u8, urgent: false);
        stream.Gate.Set();
        writer.Join();
        output.Flush();

        string text = Encoding.ASCII.GetString(chunk);
        Assert.Equal(text + "b\n" + text + "c\n", Encoding.ASCII.GetString(stream.Written.ToArray()));
    }

    private static string Written(DateTimeOffset now, Action<ZapOutput> write)
    {
        using MemoryStream stream = new();
        FixedTime time = new(now);
        using (ZapOutput output = new(stream, time))
        {
            try
            {
                write(output);
            }
            catch (OverflowException)
            {
                // A duration that fits no decimal: neither way may hide it.
                return "overflow";
            }
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private sealed class FixedTime(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }

    private sealed class GatedStream : Stream
    {
        public ManualResetEventSlim Entered { get; } = new();

        public ManualResetEventSlim Gate { get; } = new();

        public MemoryStream Written { get; } = new();

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => Written.Length;

        public override long Position { get; set; }

        public override void Write(byte[] buffer, int offset, int count)
        {
            Entered.Set();
            Gate.Wait();
            Written.Write(buffer, offset, count);
        }

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
