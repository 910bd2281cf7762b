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

    /// <summary>Inboxes given up although the server was there.</summary>
    public int FalseAlarms { get; private set; }

    private string Stamp => $"{TimeSpan.FromTicks(_clock.Now - _start).TotalSeconds,10:F4}";

    public int MessageOf(int lane, ulong sequence) => _servers[lane].MessageAt(sequence);

    public void Pull(SimWorker worker, int lane, int pull, int batch) =>
        Up(worker, () => _servers[lane].AddPull(worker.Index, pull, batch), _trace is null ? "" : $"pull {batch} of lane {lane}");

    public void Unsubscribe(SimWorker worker, int lane)
    {
        // Not silent at all: the server had nothing to say yet to a first pull after a long time without any.
        FalseAlarms += _servers[lane].OpenCredit(worker.Index) > 0 ? 1 : 0;
        Up(worker, () => _servers[lane].DropPulls(worker.Index), "a new inbox");
    }

    public void Answer(SimWorker worker, string replyTo, AckKind kind, TimeSpan delay)
    {
        int lane = SimLanes.LaneOf(replyTo);
        ulong sequence = AckSubject.TryParse(replyTo, out AckSubject subject) ? subject.StreamSequence : 0;
        int message = MessageOf(lane, sequence);
        if (kind == AckKind.Ack)
        {
            _book.Acked(message);
        }
        else if (kind == AckKind.Term)
        {
            _book.Terminated(message);
        }

        if (_answersToLose > 0)
        {
            _answersToLose--;
            FaultEnds(_clock.Now);
            _book.Hit(message);
            _trace?.WriteLine($"{Stamp} {kind} of {message} is lost");
            return;
        }

        Up(worker, () => Arrive(lane, worker.Index, sequence, kind, delay), _trace is null ? "" : $"{kind} of {message}, delay {delay}", message);
    }

    public void After(TimeSpan delay, SimWorker worker, Action action) => At(_clock.Now + delay.Ticks, () => Later(worker, action));

    private void Arrive(int lane, int worker, ulong sequence, AckKind kind, TimeSpan delay)
    {
        ModelConsumer server = _servers[lane];
        int owner = server.Owner(sequence);
        if (kind == AckKind.Nak && owner >= 0 && owner != worker)
        {
            // From a worker that lost it to another one: one more copy, at once. When a fault took a renewal on its way, the
            // worker could not know.
            int message = server.MessageAt(sequence);
            StaleNaks += _book.WasHit(message) ? 0 : 1;
            _book.Hit(message);
        }

        server.Answer(sequence, kind, delay);
    }

    private void SendMessage(int lane, int index, string replyTo, ulong sequence)
    {
        Link link = _links[index];
        int epoch = link.Epoch;
        int message = MessageOf(lane, sequence);
        _trace?.WriteLine($"{Stamp} message {message} to worker {index}: {replyTo}");
        if (_workers[index] is { } receiver && receiver.PausedUntil > _clock.Now)
        {
            _book.Hit(message);
        }

        link.OnTheWay++;
        At(Arrival(ref link.DownFree), () => Deliver(index, epoch, replyTo, message));
    }

    private void Deliver(int index, int epoch, string replyTo, int message)
    {
        if (_workers[index] is { } paused && paused.PausedUntil > _clock.Now)
        {
            At(paused.PausedUntil, () => Deliver(index, epoch, replyTo, message));
            return;
        }

        _links[index].OnTheWay--;
        if (_links[index].Epoch != epoch || _workers[index] is not { } worker)
        {
            _trace?.WriteLine($"{Stamp} message {message} is lost on the way to worker {index}");
            _book.Hit(message);
            return;
        }

        worker.ReceiveMessage(replyTo, _scenario.Messages[message]);
    }

    private void SendStatus(int lane, int index, int pull, string line)
    {
        Link link = _links[index];
        int epoch = link.Epoch;
        At(Arrival(ref link.DownFree), () =>
        {
            if (link.Epoch == epoch && _workers[index] is { } worker)
            {
                Later(worker, () => worker.Lanes.ReceiveStatus(lane, pull, line));
            }
        });
    }

    private void Up(SimWorker worker, Action arrive, string what, int message = -1)
    {
        Link link = _links[worker.Index];
        int epoch = link.Epoch;
        _trace?.WriteLine($"{Stamp} worker {worker.Index} says {what}");
        At(Arrival(ref link.UpFree), () =>
        {
            if (link.Epoch == epoch)
            {
                arrive();
            }
            else if (message >= 0)
            {
                _book.Hit(message);
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
