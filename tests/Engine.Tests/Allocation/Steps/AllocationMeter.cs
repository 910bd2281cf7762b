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
    /// Other threads only ever add: a background compilation, a test framework's timer. So for the whole process the least of
    /// several rounds is the step's own; what the step allocates itself is in each of them.
    /// </remarks>
    public static double BytesPerMessage(Step step, int runs = Runs)
    {
        int each = Math.Max(1, (step.Threads ? Math.Min(runs, ThreadRuns) : runs) / step.Messages);
        Repeat(step.Run, Math.Max(1, WarmUps / step.Messages));
        if (!step.Threads)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            Repeat(step.Run, each);
            return (GC.GetAllocatedBytesForCurrentThread() - before) / (double)(each * step.Messages);
        }

        long least = long.MaxValue;
        for (int round = 0; round < 5 && least > 0; round++)
        {
            long before = GC.GetTotalAllocatedBytes(precise: true);
            Repeat(step.Run, each);
            least = Math.Min(least, GC.GetTotalAllocatedBytes(precise: true) - before);
        }

        return least / (double)(each * step.Messages);
    }

    private static void Repeat(Action step, int times)
    {
        for (int i = 0; i < times; i++)
        {
            step();
        }
    }
}
