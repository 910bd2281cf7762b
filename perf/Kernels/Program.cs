using Paddlewheel.Perf.Steps;

namespace Paddlewheel.Perf.Kernels;

/// <summary>
/// The steps of a message's walk without anything around them, for a native build. <c>count</c> runs them and is what callgrind
/// looks at; <c>gate</c> starts itself under callgrind and compares.
/// </summary>
internal static class Program
{
    private const string Usage = """
        gate --valgrind FILE [--update] [--baseline FILE]   instructions of every kernel against instructions.json
        count                                               runs every kernel: for callgrind
        """;

    private static int Main(string[] arguments)
    {
        switch (arguments)
        {
            case [Callgrind.CountVerb]:
                foreach (Step kernel in Kernels())
                {
                    Console.WriteLine(Callgrind.KernelMark + kernel);
                    Counted.Measure(kernel);
                }

                return 0;
            case ["gate", "--valgrind", string valgrind, .. string[] rest]:
                return InstructionGate.Run(valgrind, rest);
            default:
                Console.Error.WriteLine(Usage);
                return 2;
        }
    }

    // Threads hand over to each other when the machine feels like it, and a collection may fall into what allocates.
    private static IEnumerable<Step> Kernels() => StepList.All().Where(step => !step.Threads && step.IsFree);
}
