using System.Runtime.CompilerServices;
using Paddlewheel.Perf.Steps;

namespace Paddlewheel.Perf.Kernels;

/// <summary>
/// The loops around a kernel. callgrind is told to count inside <see cref="Repeat"/> only and to write a part of its profile
/// whenever it ends: the method's name is part of the contract with <see cref="Callgrind"/>.
/// </summary>
internal static class Counted
{
    /// <summary>Runs before anything is counted: lazy statics, caches, tables that grow.</summary>
    public const int WarmUps = 300;

    /// <summary>Runs of the shorter of the two counted loops; the other one makes twice as many.</summary>
    public const int Runs = 200;

    /// <summary>Both counted loops of a kernel: the difference between them is <see cref="Runs"/> runs and nothing else.</summary>
    public static void Measure(Step kernel)
    {
        for (int i = 0; i < WarmUps; i++)
        {
            kernel.Run();
        }

        Repeat(kernel.Run, Runs);
        Repeat(kernel.Run, 2 * Runs);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Repeat(Action run, int times)
    {
        for (int i = 0; i < times; i++)
        {
            run();
        }
    }
}
