using System.Buffers;
using Microsoft.Extensions.Logging.Abstractions;
using Paddlewheel.Engine.Deliveries;
using Paddlewheel.Engine.Lanes;
using Paddlewheel.Engine.Telemetry;
using Paddlewheel.Engine.Wire;
using Prometheus;

namespace Paddlewheel.Perf.Steps;

/// <summary>The things most steps stand on: one lane, a pool, metrics, a log that is off.</summary>
internal sealed class Bench
{
    public Bench(int deliveries = 256, TimeProvider? time = null)
    {
        Time = time ?? TimeProvider.System;
        Metrics = new EngineMetrics(Prometheus.Metrics.NewCustomRegistry());
        Pool = new DeliveryPool(deliveries);
        Home = new DeliveryHome(Pool, Metrics, NullLogger.Instance, Time);
        Lane = new Lane("OF_faas-request", "paddlewheel-faas-request", TimeSpan.FromSeconds(60), deliveries, Metrics.ForQueue("faas-request"));
    }

    public TimeProvider Time { get; }

    public EngineMetrics Metrics { get; }

    public DeliveryPool Pool { get; }

    public DeliveryHome Home { get; }

    public Lane Lane { get; }

    /// <summary>A delivery that has received and read this message.</summary>
    public Delivery Take(byte[] message, ulong sequence = 1, Lane? lane = null)
    {
        Step.Must(Pool.TryRent(out Delivery delivery));
        Receive(delivery, message, sequence, lane ?? Lane);
        Step.Must(delivery.Envelope.Read(delivery.Buffer, delivery.Length, SampleMessages.Limits) == EnvelopeError.None);
        return delivery;
    }

    private void Receive(Delivery delivery, byte[] message, ulong sequence, Lane lane)
    {
        string replyTo = SampleMessages.ReplyTo(sequence);
        Step.Must(AckSubject.TryParse(replyTo, out AckSubject ack));
        delivery.Receive(lane, replyTo, ack, new ReadOnlySequence<byte>(message));
        long now = Time.GetTimestamp();
        delivery.RenewLease(now, Home.LeaseFrom(now, lane.AckWait));
    }
}
