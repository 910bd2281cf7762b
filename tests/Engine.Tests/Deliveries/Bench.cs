using System.Buffers;
using Microsoft.Extensions.Logging.Abstractions;
using Paddlewheel.Engine.Ack;
using Paddlewheel.Engine.Deliveries;
using Paddlewheel.Engine.Lanes;
using Paddlewheel.Engine.Telemetry;
using Paddlewheel.Engine.Tests.Timing;
using Paddlewheel.Engine.Timing;
using Paddlewheel.Engine.Wire;
using Xunit;

namespace Paddlewheel.Engine.Tests.Deliveries;

/// <summary>What a delivery needs around it: a pool, a lane, a wheel and a clock moved by hand, and a list in place of the server.</summary>
internal sealed class Bench
{
    public Bench(int size = 8, TimeSpan? ackWait = null)
    {
        Metrics = new EngineMetrics(EngineMetrics.NewRegistry());
        Pool = new DeliveryPool(size);
        Wheel = new TimerWheel(Clock);
        Home = new DeliveryHome(Pool, Metrics, NullLogger.Instance, Clock);
        Lane = NewLane("OF_q", ackWait ?? TimeSpan.FromSeconds(30));
    }

    public HandClock Clock { get; } = new();

    public EngineMetrics Metrics { get; }

    public DeliveryPool Pool { get; }

    public TimerWheel Wheel { get; }

    public DeliveryHome Home { get; }

    public Lane Lane { get; }

    public AckList Acks { get; } = new();

    public Lane NewLane(string stream, TimeSpan ackWait) => new(stream, "c", ackWait, Pool.Size, Metrics.ForQueue("q"));

    public static string ReplyTo(ulong sequence, int count = 1, int pending = 0) => $"$JS.ACK.OF_q.c.{count}.{sequence}.{sequence}.1700000000000000000.{pending}";

    public static AckSubject Subject(ulong sequence, int count = 1, int pending = 0)
    {
        Assert.True(AckSubject.TryParse(ReplyTo(sequence, count, pending), out AckSubject subject));
        return subject;
    }

    /// <summary>A delivery received now, its lease running.</summary>
    public Delivery Receive(ulong sequence, int count = 1, byte[]? payload = null, Lane? lane = null, int pending = 0)
    {
        lane ??= Lane;
        Assert.True(Pool.TryRent(out Delivery delivery));
        Assert.Equal(SequenceKnown.New, lane.Registry.TryAdd(sequence, delivery, ReplyTo(sequence, count)));
        delivery.Receive(lane, ReplyTo(sequence, count), Subject(sequence, count, pending), new ReadOnlySequence<byte>(payload ?? "{}"u8.ToArray()));
        delivery.RenewLease(Clock.Timestamp, Home.LeaseFrom(Clock.Timestamp, lane.AckWait));
        return delivery;
    }

    /// <summary>Lets time pass, and with it everything that is due on the way.</summary>
    public void Pass(TimeSpan time)
    {
        Clock.Move(time);
        while (Wheel.Advance(Clock.Timestamp, 1000) > 0)
        {
        }
    }

    /// <summary>The pool is asked whether everybody came home.</summary>
    public void AssertAllHome()
    {
        Assert.Equal(Pool.Size, Pool.Free);
        Assert.Equal(0, Lane.Registry.Count);
        Assert.All(Pool.All.ToArray(), delivery => Assert.Equal(DeliveryState.Free, delivery.State));
    }
}
