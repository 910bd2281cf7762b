using Paddlewheel.Engine.Judge;

namespace Paddlewheel.Engine.Simulation;

/// <summary>
/// What functions and receivers see: every run and every callback of every message, and the rules that they must keep. A
/// broken rule is written down, not thrown: what a model of the network throws, the code under test would take for a failure
/// of the network.
/// </summary>
internal sealed partial class RunBook(SimClock clock, Scenario scenario)
{
    private readonly Entry[] _entries = [.. scenario.Messages.Select(message => new Entry(message))];
    private readonly BackoffRule _backoff = new(scenario.Policy);

    /// <summary>The first rule that was broken.</summary>
    public string? Failure { get; private set; }

    public IEnumerable<int> Unsettled => _entries.Where(entry => !entry.IsSettled).Select(entry => entry.Message.Id);

    /// <summary>Messages that came to an end: a final result, or terminated.</summary>
    public int Settled { get; private set; }

    /// <summary>Time of the last event that brings a message nearer to its end: a run or a callback's try is over.</summary>
    public long LastProgress { get; private set; }

    /// <summary>Time at which a message last came to its end, its callback included.</summary>
    public long LastSuccess { get; private set; }

    public void Fail(string rule) => Failure ??= rule;

    /// <summary>A fault hit this message: it may run once more, and earlier than its backoff says.</summary>
    public void Hit(int id)
    {
        _entries[id].Hits++;
        _entries[id].NotBefore = 0;
    }

    public bool WasHit(int id) => _entries[id].Hits > 0;

    /// <summary>The gateway got a call; answers which run of the message it is, from 0.</summary>
    public int Started(int id, int process)
    {
        Entry entry = _entries[id];
        if (!entry.RunningIn.TryAdd(process, entry.Runs))
        {
            Fail($"I3: message {id} runs twice at once in one process");
        }

        if (entry.Hits == 0 && entry.RunningIn.Count > 1)
        {
            Fail($"I3: message {id} runs twice at once, and no fault hit it");
        }

        if (entry.Hits == 0 && entry.IsSettled)
        {
            Fail(entry.Posts > 0 ? $"I7: message {id} runs again after its callback" : $"I3: message {id} runs again after its final result");
        }

        if (clock.Now < entry.NotBefore)
        {
            Fail($"I5: message {id} is retried {TimeSpan.FromTicks(entry.NotBefore - clock.Now)} before its backoff is over");
        }

        if (++entry.Runs > entry.Permits + entry.Hits)
        {
            Fail($"I3: run {entry.Runs} of message {id}: one first try, {entry.Permits - 1} retries, {entry.Hits} faults");
        }

        if (entry.Hits == 0 && entry.Runs > scenario.Policy.MaxRetryAttempts + 1)
        {
            Fail($"I5: run {entry.Runs} of message {id}: {scenario.Policy.MaxRetryAttempts} retries are allowed");
        }

        return entry.Runs - 1;
    }

    /// <summary>The worker has judged a run.</summary>
    public void Ended(int id, int process, in Verdict verdict, in InvocationResult result)
    {
        Entry entry = _entries[id];
        entry.RunningIn.Remove(process, out int run);
        LastProgress = clock.Now;
        if (verdict.Kind == VerdictKind.Retry)
        {
            entry.Permits++;
            entry.NotBefore = entry.Hits > 0 ? 0 : clock.Now + verdict.Delay.Ticks;
            if (_backoff.Problem(verdict, result) is { } problem)
            {
                Fail($"I5: message {id}: {problem}");
            }

            return;
        }

        if (verdict.Kind == VerdictKind.Exhausted && scenario.Faults.Count == 0 && entry.Runs != scenario.Policy.MaxRetryAttempts + 1)
        {
            Fail($"I5: message {id} is given up after {entry.Runs} runs");
        }

        entry.Finals.Add((result.Status, run));
        if (!entry.Message.HasCallback)
        {
            LastSuccess = clock.Now;
        }

        Settle(entry);
    }

    /// <summary>The process died in the middle of its calls.</summary>
    public void Abandoned(int process)
    {
        foreach (Entry entry in _entries)
        {
            entry.RunningIn.Remove(process);
        }
    }

    /// <summary>A worker tells the server to forget the message because it is done.</summary>
    public void Acked(int id)
    {
        Entry entry = _entries[id];
        if (!entry.IsSettled)
        {
            Fail($"I6: message {id} is acked, but no run of it came to an end");
        }
        else if (entry.Message.HasCallback && entry.Finals.Count > 0 && !entry.IsCalledBack)
        {
            Fail($"I6: message {id} is acked, but its callback is not through");
        }
    }

    /// <summary>A worker will not run the message: it cannot be read, or it came too often.</summary>
    public void Refused(int id, int deliveries)
    {
        Entry entry = _entries[id];
        int most = 1 + scenario.Policy.MaxRetryAttempts + scenario.Policy.QuarantineMargin;
        if (!entry.Message.IsPoison && (scenario.Policy.QuarantineMargin == 0 || deliveries <= most))
        {
            Fail($"I1: message {id} is refused, but it can be read and came only {deliveries} times");
        }

        entry.IsRefused = true;
        LastSuccess = clock.Now;
        Settle(entry);
    }

    /// <summary>A worker tells the server to forget the message because nobody can run it.</summary>
    public void Terminated(int id)
    {
        if (!_entries[id].IsRefused)
        {
            Fail($"I1: message {id} is terminated, but nobody refused to run it");
        }
    }

    private void Settle(Entry entry)
    {
        Settled += entry.IsSettled ? 0 : 1;
        entry.IsSettled = true;
    }

    private sealed class Entry(SimMessage message)
    {
        public SimMessage Message { get; } = message;

        /// <summary>The run that each process is at.</summary>
        public Dictionary<int, int> RunningIn { get; } = [];

        public int Runs { get; set; }

        public int Permits { get; set; } = 1;

        public int Hits { get; set; }

        public long NotBefore { get; set; }

        public bool IsSettled { get; set; }

        /// <summary>Cannot be read, or came too often.</summary>
        public bool IsRefused { get; set; }

        /// <summary>Status and run of every final result.</summary>
        public HashSet<(int Status, int Run)> Finals { get; } = [];

        /// <summary>Callback posts that a receiver saw, or would have seen.</summary>
        public int Posts { get; set; }

        /// <summary>Tries that came to nothing, by process.</summary>
        public Dictionary<int, int> Failed { get; } = [];

        /// <summary>No earlier than this is its callback tried again: half the wait that is due.</summary>
        public long PostNotBefore { get; set; }

        /// <summary>A receiver took it, refused it for good, or every allowed try is used.</summary>
        public bool IsCalledBack { get; set; }
    }
}
