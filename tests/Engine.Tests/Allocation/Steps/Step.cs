namespace Paddlewheel.Perf.Steps;

/// <summary>
/// One thing that happens to every message. Written once, used three times: the tests hold it at its bytes, the gate of
/// <c>perf/Micro</c> compares them with <c>allocations.json</c>, and BenchmarkDotNet times it.
/// </summary>
/// <param name="Room">The engine's room it belongs to.</param>
/// <param name="Name">What it does.</param>
/// <param name="Run">Does it once, leaving everything as it was before.</param>
internal sealed record Step(string Room, string Name, Action Run)
{
    /// <summary>Messages that one run moves; bytes are counted per message.</summary>
    public int Messages { get; init; } = 1;

    /// <summary>Work on other threads belongs to it: the whole process is counted.</summary>
    public bool Threads { get; init; }

    /// <summary>Async methods belong to it, whose state machines are objects in a Debug build: counted in Release only.</summary>
    public bool Async { get; init; }

    /// <summary>False for a step whose bytes are a known budget, written down in <c>allocations.json</c>.</summary>
    public bool IsFree { get; init; } = true;

    public override string ToString() => $"{Room}: {Name}";

    /// <summary>Keeps a step honest: what it calls must have worked, and the compiler may not drop the call.</summary>
    public static void Must(bool worked)
    {
        if (!worked)
        {
            throw new InvalidOperationException("the step did not do what it says");
        }
    }
}
