using BenchmarkDotNet.Running;

namespace Paddlewheel.Perf.Micro;

/// <summary><c>gate</c>: bytes per message against the baseline. <c>wheel</c>: the timer wheel's figures. <c>bench ...</c>: BenchmarkDotNet with its own arguments.</summary>
internal static class Program
{
    private const string Usage = """
        gate [--update] [--baseline FILE]   bytes per message of every step against allocations.json; exit 1 on a regression
        wheel                               nanoseconds and bytes per timer with 1,000 to a million of them
        bench [BenchmarkDotNet arguments]   times, for example: bench --filter '*Timing*' --job short
        """;

    private static int Main(string[] arguments)
    {
        switch (arguments)
        {
            case ["gate", .. string[] rest]:
                return Gate.Run(rest);
            case ["wheel"]:
                return WheelFigures.Run(TimeProvider.System, new Random(1));
            case ["bench", .. string[] rest]:
                BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(rest);
                return 0;
            default:
                Console.Error.WriteLine(Usage);
                return 2;
        }
    }
}
