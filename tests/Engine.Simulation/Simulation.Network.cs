using Paddlewheel.Engine.Telemetry;
using Paddlewheel.Engine.Wire;

namespace Paddlewheel.Engine.Simulation;

/// <content>The ways between workers and server: in order, with a delay that varies, and cut when a fault says so.</content>
internal sealed partial class Simulation
{
    private readonly PriorityQueue<Action, (long At, int Order)> _events = new();
    private readonly Link[] _links;
    private int _order;
    private int _answersToLose;

    /// <summary>NAKs of workers that had lost the message to another one: each starts a copy that nobody needs.</summary>
    public int StaleNaks { get; private set; }

    public void Pull(SimWorker worker, int pull, int batch) => Up(worker, () => _server.AddPull(worker.Index, pull, batch), $"pull {batch}");

    public void Answer(SimWorker worker, string replyTo, AckKind kind, TimeSpan delay)
    {
        ulong sequence = AckSubject.TryParse(replyTo, out AckSubject subject) ? subject.StreamSequence : 0;
        if (_answersToLose > 0)
        {
            _answersToLose--;
            _book.Hit(sequence);
            Trace($"{kind} of {sequence} is lost");
            return;
        }

        Up(worker, () => Arrive(worker.Index, sequence, kind, delay), $"{kind} of {sequence}, delay {delay}", sequence);
    }

    public void After(TimeSpan delay, SimWorker worker, Action action) => At(_clock.Now + delay.Ticks, () => Later(worker, action));

    private void Arrive(int worker, ulong sequence, AckKind kind, TimeSpan delay)
    {
        if (kind == AckKind.Ack)
        {
            _book.Acked(sequence);
        }

        int owner = _server.Owner(sequence);
        if (kind == AckKind.Nak && owner >= 0 && owner != worker)
        {
            // From a worker that lost it to another one: one more copy, at once. When a fault took a renewal on its way, the
            // worker could not know.
            StaleNaks += _book.WasHit(sequence) ? 0 : 1;
            _book.Hit(sequence);
        }

        _server.Answer(sequence, kind, delay);
    }

    private void SendMessage(int index, string replyTo, ulong sequence)
    {
        Link link = _links[index];
        int epoch = link.Epoch;
        Trace($"message {sequence} to worker {index}: {replyTo}");
        if (_workers[index] is { } receiver && receiver.PausedUntil > _clock.Now)
        {
            _book.Hit(sequence);
        }

        link.OnTheWay++;
        At(Arrival(ref link.DownFree), () => Deliver(index, epoch, replyTo, sequence));
    }

    private void Deliver(int index, int epoch, string replyTo, ulong sequence)
    {
        if (_workers[index] is { } paused && paused.PausedUntil > _clock.Now)
        {
            At(paused.PausedUntil, () => Deliver(index, epoch, replyTo, sequence));
            return;
        }

        _links[index].OnTheWay--;
        if (_links[index].Epoch != epoch || _workers[index] is not { } worker)
        {
            Trace($"message {sequence} is lost on the way to worker {index}");
            _book.Hit(sequence);
            return;
        }

        worker.ReceiveMessage(replyTo);
    }

    private void SendStatus(int index, int pull, string line)
    {
        Link link = _links[index];
        int epoch = link.Epoch;
        At(Arrival(ref link.DownFree), () =>
        {
            if (link.Epoch == epoch && _workers[index] is { } worker)
            {
                Later(worker, () => worker.ReceiveStatus(pull, line));
            }
        });
    }

    private void Up(SimWorker worker, Action arrive, string what, ulong sequence = 0)
    {
        Link link = _links[worker.Index];
        int epoch = link.Epoch;
        Trace($"worker {worker.Index} says {what}");
        At(Arrival(ref link.UpFree), () =>
        {
            if (link.Epoch == epoch)
            {
                arrive();
            }
            else if (sequence != 0)
            {
                _book.Hit(sequence);
            }
        });
    }

    // In order: nothing overtakes what was sent before it.
    private long Arrival(ref long free) => free = Math.Max(free, _clock.Now + _scenario.Random.Next(2_000, 30_000));

    private void Later(SimWorker worker, Action action)
    {
        if (_workers[worker.Index] != worker)
        {
            return;
        }

        if (worker.PausedUntil > _clock.Now)
        {
            At(worker.PausedUntil, () => Later(worker, action));
            return;
        }

        action();
    }

    private void At(long when, Action action) => _events.Enqueue(action, (when, _order++));

    private void Trace(string line) => _trace?.WriteLine($"{TimeSpan.FromTicks(_clock.Now - _start).TotalSeconds,10:F4} {line}");

    private sealed class Link
    {
        public long UpFree;
        public long DownFree;

        /// <summary>What was sent in another epoch is lost.</summary>
        public int Epoch { get; set; }

        /// <summary>Messages sent to the worker and not yet there.</summary>
        public int OnTheWay { get; set; }
    }
}
