using System.Threading.Tasks.Dataflow;
using Paddlewheel.Engine.Ack;
using Paddlewheel.Engine.Deliveries;
using Paddlewheel.Engine.Judge;
using Paddlewheel.Engine.Pipeline;
using Paddlewheel.Engine.Telemetry;

namespace Paddlewheel.Engine.Simulation;

/// <content>What came in and what became of it (I11), and where the broken variants are broken.</content>
internal sealed partial class SimWorker
{
    private int _taken;
    private int _refused;
    private int _suppressed;

    /// <summary>Messages that came in.</summary>
    public int Received { get; private set; }

    /// <summary>Deliveries that went home while their retry waits on the wheel.</summary>
    public int ToTickets { get; private set; }

    public void ReceiveMessage(string replyTo, SimMessage message)
    {
        Received++;
        if (_variant == Variant.NoRegistry)
        {
            Lanes.ForgetAll();
        }

        (int held, int queued) = (Pool.InUse, Acks.Queued);
        Lanes.ReceiveMessage(message.Lane, replyTo, message.Payload);
        if (Pool.InUse > held)
        {
            _taken++;
        }
        else if (Acks.Queued > queued)
        {
            _refused++;
        }
        else
        {
            _suppressed++;
        }
    }

    /// <summary>Rules that hold at every moment.</summary>
    public void Check()
    {
        if (Lanes.Outstanding > Pool.Free && !Lanes.WasVoided)
        {
            _book.Fail($"asked for {Lanes.Outstanding} messages with {Pool.Free} places");
        }

        int answered = Acks.Acked + Acks.Naked + Acks.Terminated + Acks.Withheld;
        if (Received != _taken + _refused + _suppressed || _taken != answered + ToTickets + Pool.InUse)
        {
            _book.Fail($"I11: received {Received}: taken {_taken}, refused {_refused}, known {_suppressed}; of the taken acked {Acks.Acked}, naked {Acks.Naked}, terminated {Acks.Terminated}, lease lost {Acks.Withheld}, waiting as tickets {ToTickets}, in flight {Pool.InUse}");
        }

        if (_variant != Variant.NoRegistry && Lanes.Known != Pool.InUse)
        {
            _book.Fail($"{Pool.InUse} deliveries in use, {Lanes.Known} sequences known");
        }
    }

    /// <summary>Rules that hold when all is over.</summary>
    public void CheckAtEnd()
    {
        if (Pool.Free != Pool.Size)
        {
            _book.Fail($"{Pool.InUse} deliveries did not come home");
        }

        if (Tickets.Waiting != 0 || ToTickets != Acks.TicketsAnswered + Tickets.LeasesLost)
        {
            _book.Fail($"I11: {ToTickets} retries waited on the wheel, {Acks.TicketsAnswered} were answered, {Tickets.LeasesLost} lost");
        }
    }

    private void Retry(Delivery delivery)
    {
        _book.Ended(MessageOf(delivery), Process, delivery.Verdict, delivery.Result);
        switch (_variant)
        {
            case Variant.NoBackoff:
                delivery.Verdict = delivery.Verdict with { Delay = TimeSpan.Zero };
                break;
            case Variant.AckInsteadOfRetry:
                delivery.State = DeliveryState.Answered;
                Acks.Target.Post(AckCommand.Ack(delivery));
                return;
            case Variant.CallbackPerTry when delivery.Envelope.HasCallback:
                _book.Posted(MessageOf(delivery), Process, delivery.Result.Status, -1);
                break;
        }

        int held = Pool.InUse;
        _retries.Accept(delivery);
        ToTickets += held - Pool.InUse;
    }

    private InlineBlock<Delivery> BeforeCallback() => new(delivery =>
    {
        if (_variant == Variant.AckBeforeCallback)
        {
            _network.Answer(this, delivery.ReplyTo, AckKind.Ack, TimeSpan.Zero);
        }

        _callbacks.Post(delivery);
    });

    private ITargetBlock<AckCommand> AfterCallback() => _variant != Variant.CallbackRerunsFunction
        ? Acks.Target
        : new InlineBlock<AckCommand>(command => Acks.Target.Post(command.Delivery!.CallbackAttempts > 1 ? AckCommand.Nak(command.Delivery, TimeSpan.Zero) : command));
}
