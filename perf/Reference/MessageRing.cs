using System.Threading.Tasks.Sources;

namespace Paddlewheel.Perf.Reference;

/// <summary>Messages on their way from the read loop to the call loops, and the places that are free. Nothing is allocated per message.</summary>
internal sealed class MessageRing
{
    private readonly Lock _gate = new();
    private readonly Message[] _waiting;
    private readonly Stack<Message> _free;
    private readonly Stack<Waiter> _idle;
    private int _head;
    private int _count;

    public MessageRing(int places, int loops)
    {
        _waiting = new Message[places];
        _free = new Stack<Message>(Enumerable.Range(0, places).Select(_ => new Message()));
        _idle = new Stack<Waiter>(loops);
        Places = places;
    }

    public int Places { get; }

    public int Free
    {
        get { lock (_gate) { return _free.Count; } }
    }

    public Message Rent()
    {
        lock (_gate)
        {
            return _free.Pop();
        }
    }

    public void Return(Message message)
    {
        lock (_gate)
        {
            _free.Push(message);
        }
    }

    public void Write(Message message)
    {
        Waiter waiter;
        lock (_gate)
        {
            if (!_idle.TryPop(out waiter!))
            {
                _waiting[(_head + _count++) % _waiting.Length] = message;
                return;
            }
        }

        waiter.Wake(message);
    }

    public ValueTask<Message> ReadAsync(Waiter waiter)
    {
        lock (_gate)
        {
            if (_count == 0)
            {
                _idle.Push(waiter);
                return waiter.AsTask();
            }

            Message message = _waiting[_head];
            _head = (_head + 1) % _waiting.Length;
            _count--;
            return new(message);
        }
    }

    /// <summary>One loop's place to wait.</summary>
    internal sealed class Waiter : IValueTaskSource<Message>
    {
        private ManualResetValueTaskSourceCore<Message> _core = new() { RunContinuationsAsynchronously = true };

        public ValueTask<Message> AsTask() => new(this, _core.Version);

        public void Wake(Message message) => _core.SetResult(message);

        Message IValueTaskSource<Message>.GetResult(short token)
        {
            Message message = _core.GetResult(token);
            _core.Reset();
            return message;
        }

        ValueTaskSourceStatus IValueTaskSource<Message>.GetStatus(short token) => _core.GetStatus(token);

        void IValueTaskSource<Message>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
            _core.OnCompleted(continuation, state, token, flags);
    }
}
