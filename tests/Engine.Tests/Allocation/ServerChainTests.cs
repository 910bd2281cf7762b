using Microsoft.Extensions.Logging.Abstractions;
using NATS.Client.Core;
using Paddlewheel.Engine.Ack;
using Paddlewheel.Engine.Retry;
using Paddlewheel.Engine.Timing;
using Paddlewheel.Host.Dev;
using Paddlewheel.Perf.Steps;
using Xunit;

namespace Paddlewheel.Engine.Tests.Allocation;

/// <summary>The whole walk with the real ack block on a real nats-server: what is counted includes NATS.Net's way out.</summary>
[Collection(AllocationGroup.Name)]
public sealed class ServerChainTests
{
    private const int Messages = 2_000;

    [Theory]
    [InlineData(1)]
    [InlineData(64)]
    public async Task Walk_WithRealAcks_AllocatesNothing(int slots)
    {
        OptimisedOnly.Check();
        CancellationToken stop = TestContext.Current.CancellationToken;
        NatsServerBinary binary;
        try
        {
            binary = await NatsServerResolver.OfThisMachine().ResolveAsync(stop);
        }
        catch (NatsServerUnavailableException e)
        {
            Assert.Skip(e.Message);
            return;
        }

        await using NatsServerProcess server = await NatsServerProcess.StartAsync(binary.Path, cancellationToken: stop);

        NatsConnection nats = new(new NatsOpts { Url = server.Url });
        await nats.ConnectAsync();

        Bench bench = new((3 * slots) + 16);
        TimerWheel wheel = new(bench.Time);
        TicketBook tickets = new(wheel, bench.Time);
        AckBlock acks = new(new NatsAckSender(nats), bench.Home, tickets, wheel, bench.Metrics, NullLogger.Instance, bench.Time, bench.Pool.Size * 2, stop);
        acks.Start();
        Chain chain = new(bench, slots, acks);
        chain.Pass(Messages);

        double bytes = AllocationMeter.BytesPerMessage(new Step("Chain", "real acks", () => chain.Pass(Messages)) { Messages = Messages, Threads = true });
        TestContext.Current.TestOutputHelper?.WriteLine($"{slots} slots: {bytes:F4} bytes per message");

        Assert.True(bench.Pool.InUse == 0);
        await nats.PingAsync(stop);
        // An object has 24 bytes at least, so one per message would show as that; less is the library waiting for a slow socket.
        Assert.True(bytes < 24, $"{slots} slots: {bytes:F4} bytes per message");
        await CloseAsync(nats);
    }

    // Closing after many publishes, the library may wait for its own write lock until its command timeout; the worker does not
    // wait for that either (it has flushed with a round trip).
    private static async Task CloseAsync(NatsConnection nats)
    {
        try
        {
            await nats.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);
        }
        catch (Exception e) when (e is TimeoutException or NatsException)
        {
            TestContext.Current.TestOutputHelper?.WriteLine("closing: " + e.Message);
        }
    }
}
