using Paddlewheel.Engine.Judge;

namespace Paddlewheel.Engine.Simulation;

/// <summary>What the functions see: every run of every message, and the rules that the runs must keep.</summary>
internal sealed class RunBook(SimClock clock, int messages)
{
    private readonly Entry[] _entries = [.. Enumerable.Range(0, messages).Select(_ => new Entry())];

    /// <summary>Runs so far; the next one has this number.</summary>
    public int Runs(ulong sequence) => Of(sequence).Runs;

    public IEnumerable<ulong> Unsettled => _entries.Select((entry, i) => (entry, i)).Where(pair => !pair.entry.IsSettled).Select(pair => (ulong)pair.i + 1);

    /// <summary>A fault hit this message: it may run once more, and earlier than its backoff says.</summary>
    public void Hit(ulong sequence)
    {
        Of(sequence).Hits++;
        Of(sequence).NotBefore = 0;
    }

    public bool WasHit(ulong sequence) => Of(sequence).Hits > 0;

    public void Started(ulong sequence, int process)
    {
        Entry entry = Of(sequence);
        if (!entry.RunningIn.Add(process))
        {
            throw new SimulationFailedException($"message {sequence} runs twice at once in one process");
        }

        if (entry.Hits == 0 && entry.RunningIn.Count > 1)
        {
            throw new SimulationFailedException($"message {sequence} runs twice at once, and no fault hit it");
        }

        if (clock.Now < entry.NotBefore)
        {
            throw new SimulationFailedException($"message {sequence} is retried {TimeSpan.FromTicks(entry.NotBefore - clock.Now)} before its backoff is over");
        }

        if (++entry.Runs > entry.Permits + entry.Hits)
        {
            throw new SimulationFailedException($"run {entry.Runs} of message {sequence}: one first try, {entry.Permits - 1} retries, {entry.Hits} faults");
        }
    }

    public void Ended(ulong sequence, int process, in Verdict verdict)
    {
        Entry entry = Of(sequence);
        entry.RunningIn.Remove(process);
        if (verdict.Kind == VerdictKind.Retry)
        {
            entry.Permits++;
            entry.NotBefore = entry.Hits > 0 ? 0 : clock.Now + verdict.Delay.Ticks;
        }
        else
        {
            entry.IsSettled = true;
        }
    }

    /// <summary>The process died in the middle of the call.</summary>
    public void Abandoned(int process)
    {
        foreach (Entry entry in _entries)
        {
            entry.RunningIn.Remove(process);
        }
    }

    /// <summary>The server was told to forget the message.</summary>
    public void Acked(ulong sequence)
    {
        if (!Of(sequence).IsSettled)
        {
            throw new SimulationFailedException($"message {sequence} is acked, but no run of it came to an end");
        }
    }

    private Entry Of(ulong sequence) => _entries[(int)sequence - 1];

    private sealed class Entry
    {
        public HashSet<int> RunningIn { get; } = [];

        public int Runs { get; set; }

        public int Permits { get; set; } = 1;

        public int Hits { get; set; }

        public long NotBefore { get; set; }

        public bool IsSettled { get; set; }
    }
}
