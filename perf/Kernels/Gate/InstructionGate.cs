using System.Globalization;

namespace Paddlewheel.Perf.Kernels;

/// <summary>
/// The hard gate on instructions: each kernel within 3 % of its baseline. Instructions, never nanoseconds: they repeat whatever
/// else the machine is doing.
/// </summary>
internal static class InstructionGate
{
    /// <summary>Most that a count may differ from its baseline.</summary>
    public const double Tolerance = 0.03;

    // A kernel of 28 instructions may change by one: that is what the compiler does when its neighbour changes.
    private const double Least = 2;

    // What a step of .ci/run answers when this machine cannot do it.
    private const int Cannot = 77;

    public static int Run(string valgrind, string[] arguments)
    {
        int at = Array.IndexOf(arguments, "--baseline");
        string file = at >= 0 && at + 1 < arguments.Length ? arguments[at + 1] : "instructions.json";
        MachineClass machine = MachineClass.Here;
        try
        {
            SortedDictionary<string, double> measured = Callgrind.Count(valgrind, Environment.ProcessPath!);
            if (arguments.Contains("--update"))
            {
                InstructionBaseline.Write(file, machine, measured);
                Console.WriteLine($"Wrote {measured.Count} kernels of {machine} to {Path.GetFileName(file)}; a change of it is a reviewed change.");
                return 0;
            }

            return Compare(machine, measured, InstructionBaseline.Read(file), Console.Out);
        }
        catch (GateException e)
        {
            Console.Error.WriteLine(e.Message);
            return 1;
        }
    }

    /// <summary>Prints the table and returns the exit code.</summary>
    public static int Compare(
        MachineClass machine, SortedDictionary<string, double> measured, SortedDictionary<string, SortedDictionary<string, double>> baselines, TextWriter output)
    {
        bool isKnown = baselines.TryGetValue(machine.ToString(), out SortedDictionary<string, double>? baseline);
        if (!isKnown && !baselines.Keys.Any(machine.IsOtherRuntime))
        {
            output.WriteLine($"skipped: no baseline for {machine}; eng/instructions --update takes one");
            return Cannot;
        }

        baseline ??= [];
        List<string> failures = [];
        output.WriteLine($"Instructions per run on {machine}:");
        output.WriteLine();
        output.WriteLine("| kernel | instructions | baseline | change | |");
        output.WriteLine("|---|---:|---:|---:|---|");
        foreach ((string kernel, double count) in measured)
        {
            double? known = baseline.TryGetValue(kernel, out double value) ? value : null;
            string verdict = Verdict(count, known);
            if (verdict.Length > 0)
            {
                failures.Add($"{kernel}: {verdict}");
            }

            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"| {kernel} | {count:0.#} | {(known is { } k ? $"{k:0.#}" : "-")} | {(known is { } old ? $"{(count / old) - 1:+0.0%;-0.0%;0.0%}" : "-")} | {verdict} |"));
        }

        failures.AddRange(baseline.Keys.Except(measured.Keys).Select(kernel => $"{kernel}: in the baseline, but no kernel of this name"));
        output.WriteLine();
        failures.ForEach(output.WriteLine);
        output.WriteLine($"{measured.Count} kernels, {failures.Count} outside of {Tolerance:0 %}");
        return failures.Count == 0 ? 0 : 1;
    }

    /// <summary>What is wrong with a count; empty when nothing is.</summary>
    public static string Verdict(double count, double? baseline)
    {
        if (baseline is not { } known)
        {
            return "no baseline: run eng/instructions --update and review it";
        }

        double allowed = Math.Max(known * Tolerance, Least);
        return count > known + allowed ? "more instructions"
            : count < known - allowed ? "fewer instructions: lower the baseline"
            : "";
    }
}
