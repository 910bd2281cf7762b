namespace Paddlewheel.Perf.Steps;

/// <summary>Managed bytes per message of a step in steady state.</summary>
internal static class AllocationMeter
{
    /// <summary>Runs before anything is counted: type initialisers, growing tables, the second tier of the compiler.</summary>
    public const int WarmUps = 500;

    /// <summary>Runs that are counted together.</summary>
    public const int Runs = 10_000;

    /// <summary>Messages that are counted together where threads hand over to each other, which a busy machine makes slow.</summary>
    public const int ThreadRuns = 2_000;

    /// <summary>Measures on this thread, or in the whole process when the step uses more than one.</summary>
    /// <remarks>
    /// What is not the step's own only ever adds, and not in every round: a background compilation, the runtime's own tables when
    /// code reaches its second tier, a test framework's timer. So the least of several rounds is the step's own.
    /// </remarks>
    public static double BytesPerMessage(Step step, int runs = Runs)
    {
        int each = Math.Max(1, (step.Threads ? Math.Min(runs, ThreadRuns) : runs) / step.Messages);
        Repeat(step.Run, Math.Max(1, WarmUps / step.Messages));
        long least = long.MaxValue;
        for (int round = 0; round < 5 && least > 0; round++)
        {
            long before = Allocated(step);
            Repeat(step.Run, each);
            least = Math.Min(least, Allocated(step) - before);
        }

        return least / (double)(each * step.Messages);
    }

    private static long Allocated(Step step) =>
        step.Threads ? GC.GetTotalAllocatedBytes(precise: true) : GC.GetAllocatedBytesForCurrentThread();

    private static void Repeat(Action step, int times)
    {
        for (int i = 0; i < times; i++)
        {
            step();
        }
    }
}
