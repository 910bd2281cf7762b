using System.Globalization;
using Paddlewheel.Perf.Steps;

namespace Paddlewheel.Perf.Micro;

/// <summary>
/// The hard gate on allocations: a step that costs 0 bytes stays at 0, any other within one byte of its baseline. It counts
/// with its own loop, not with BenchmarkDotNet: bytes need no statistics, so all of it takes seconds.
/// </summary>
internal static class Gate
{
    private const double Tolerance = 1;

    public static int Run(string[] arguments)
    {
        bool update = arguments.Contains("--update");
        int at = Array.IndexOf(arguments, "--baseline");
        string file = at >= 0 && at + 1 < arguments.Length ? arguments[at + 1] : Baseline.DefaultFile;
        SortedDictionary<string, double> expected = File.Exists(file) ? Baseline.Read(file) : [];
        SortedDictionary<string, double> measured = [];
        List<string> failures = [];

        Console.WriteLine("| step | bytes per message | baseline | |");
        Console.WriteLine("|---|---:|---:|---|");
        foreach (Step step in StepList.All())
        {
            double bytes = Math.Round(AllocationMeter.BytesPerMessage(step), 2);
            measured[step.ToString()] = bytes;
            double? baseline = expected.TryGetValue(step.ToString(), out double known) ? known : null;
            string verdict = update ? "" : Verdict(bytes, baseline);
            if (verdict.Length > 0)
            {
                failures.Add($"{step}: {verdict}");
            }

            Console.WriteLine($"| {step} | {Number(bytes)} | {(baseline is { } b ? Number(b) : "-")} | {verdict} |");
        }

        failures.AddRange(expected.Keys.Except(measured.Keys).Select(name => $"{name}: in the baseline, but no step of this name"));
        Console.WriteLine();
        if (update)
        {
            Baseline.Write(file, measured);
            Console.WriteLine($"Wrote {measured.Count} steps to {Path.GetFileName(file)}; a change of it is a reviewed change.");
            return 0;
        }

        failures.ForEach(Console.Error.WriteLine);
        Console.WriteLine($"{measured.Count} steps, {failures.Count} failed");
        return failures.Count == 0 ? 0 : 1;
    }

    /// <summary>What is wrong with a number of bytes; empty when nothing is.</summary>
    public static string Verdict(double bytes, double? baseline) => baseline switch
    {
        null => "no baseline: run gate --update and review it",
        0 when bytes > 0 => "allocates; was 0",
        { } known when bytes > known + Tolerance => "allocates more",
        { } known when bytes < known - Tolerance => "allocates less: lower the baseline",
        _ => "",
    };

    private static string Number(double bytes) => bytes.ToString("0.##", CultureInfo.InvariantCulture);
}
